//! What each page shows, as plain words ready to be read: one file, one template and one URL for each page.

pub mod about;
pub mod accessibility;
pub mod child;
pub mod child_shielded;
pub mod choice;
pub mod connected;
pub mod connected_child;
pub mod corrections;
pub mod fault;
pub mod fault_rates;
pub mod field;
pub mod help;
pub mod home;
pub mod identity;
pub mod involve;
pub mod involve_end;
pub mod join_undo;
pub mod layout;
pub mod local_manager;
pub mod look_ups;
pub mod measure;
pub mod merge;
pub mod merge_confirm;
pub mod moved;
pub mod moved_child;
pub mod no_result;
pub mod problem;
pub mod quality;
pub mod reason;
pub mod results;
pub mod review;
pub mod review_row;
pub mod search;
pub mod search_form;
pub mod sessions;
pub mod shield;
pub mod shield_confirm;
pub mod sign_in;
pub mod signed_out;
pub mod sources;
pub mod sources_of;
pub mod split;
pub mod supplier;
pub mod suppliers;
pub mod supply_docs;
pub mod take_on;
pub mod telephone;
pub mod too_broad;
pub mod watermark;
pub mod wrong;
pub mod wrong_field;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

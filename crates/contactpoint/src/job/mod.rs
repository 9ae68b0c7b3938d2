//! What runs beside the pages for as long as the program does.

pub mod behind;
pub mod count;
pub mod sequence;

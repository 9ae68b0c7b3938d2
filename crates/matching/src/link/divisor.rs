//! Whether numbers are multiples of another, without dividing.

/// A divisor of many numbers.
///
/// With an odd `d`, multiplying by its inverse modulo 2^64 takes the multiples of `d` to the numbers up to `(2^64 − 1) / d` and all
/// others beyond; turning the word takes the powers of two of an even one along (Granlund and Montgomery 1994).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Divisor {
    inverse: u64,
    twos: u32,
    most: u64,
}

impl Divisor {
    /// Of 0, as of 1, every number is a multiple.
    pub(crate) fn new(divisor: u64) -> Self {
        let divisor = divisor.max(1);
        let twos = divisor.trailing_zeros();
        let odd = divisor >> twos;
        // Each of Newton's steps doubles the bits that are right; an odd number is its own inverse modulo 8.
        let inverse = (0..5).fold(odd, |inverse: u64, _| {
            inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)))
        });
        Self {
            inverse,
            twos,
            most: u64::MAX.checked_div(divisor).unwrap_or(u64::MAX),
        }
    }

    #[inline]
    pub(crate) fn divides(self, number: u64) -> bool {
        number.wrapping_mul(self.inverse).rotate_right(self.twos) <= self.most
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn multiples_are_those_that_leave_nothing(divisor in prop_oneof![1..200_u64, any::<u64>()], number in any::<u64>(), times in any::<u64>()) {
            let divisor = divisor.max(1);
            for number in [number, times.checked_div(divisor).unwrap_or(0).wrapping_mul(divisor), number % 1000] {
                prop_assert_eq!(Divisor::new(divisor).divides(number), number.is_multiple_of(divisor));
            }
        }
    }
}

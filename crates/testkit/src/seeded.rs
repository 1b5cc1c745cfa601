/// Bytes that do not compress: the same for the same `seed`, others for another.
pub fn seeded(seed: u64, len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    fastrand::Rng::with_seed(seed).fill(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_decides() {
        assert_eq!(seeded(1, 1000), seeded(1, 1000));
        assert_ne!(seeded(1, 1000), seeded(2, 1000));
        assert_eq!(seeded(1, 10), seeded(1, 1000)[..10]);
    }
}

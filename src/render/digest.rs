//! Fingerprints: what tells whether something is as it was in an earlier build.

use std::hash::{Hash, Hasher};

/// A fingerprint of 256 bits; two things with equal fingerprints are taken to be equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Fingerprint(pub [u8; 32]);

impl Fingerprint {
    /// The fingerprint of bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Fingerprint(*blake3::hash(bytes).as_bytes())
    }

    /// The fingerprint of a value that can be hashed.
    pub fn of(value: &impl Hash) -> Self {
        let mut digest = Digest::default();
        value.hash(&mut digest);
        digest.fingerprint()
    }
}

/// Gathers a fingerprint from anything that implements [`Hash`].
#[derive(Default)]
pub struct Digest(blake3::Hasher);

impl Digest {
    /// The fingerprint of all that was written.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(*self.0.finalize().as_bytes())
    }
}

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let bytes = self.fingerprint().0;
        u64::from_le_bytes([
            bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
        ])
    }
}

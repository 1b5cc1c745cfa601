use ossum_types::{ByteSize, Invalid};

/// A number of bytes, as a number or as people write it: `100 * 1024`, `"8M"`, `"1.5GiB"`.
///
/// K, M, G and T are powers of 1024. A text is looked at when the transfer is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Size(Given);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Given {
    Bytes(u64),
    Text(String),
}

impl Size {
    pub(crate) fn bytes(&self) -> Result<u64, Invalid> {
        match &self.0 {
            Given::Bytes(bytes) => Ok(*bytes),
            Given::Text(text) => text.parse::<ByteSize>().map(ByteSize::get),
        }
    }

    /// Whether it is left to ossum.
    pub(crate) fn is_auto(&self) -> bool {
        matches!(&self.0, Given::Text(text) if text.trim().eq_ignore_ascii_case("auto"))
    }
}

impl From<u64> for Size {
    fn from(bytes: u64) -> Self {
        Self(Given::Bytes(bytes))
    }
}

impl From<&str> for Size {
    fn from(text: &str) -> Self {
        Self(Given::Text(text.to_owned()))
    }
}

impl From<String> for Size {
    fn from(text: String) -> Self {
        Self(Given::Text(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_a_number_or_a_text() {
        assert_eq!(Size::from(100 * 1024).bytes(), Ok(102_400));
        assert_eq!(Size::from("8M").bytes(), Ok(8 << 20));
        assert!(Size::from("large".to_owned()).bytes().is_err());
    }
}

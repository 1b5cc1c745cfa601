use std::cmp::Ordering;
use std::iter::Peekable;

use super::{NewFile, OldObject};
use crate::error::Error;

/// A file or an object of a size that there is both a file and an object of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Candidate {
    File(NewFile),
    Object(OldObject),
}

/// All candidates, by size. Of what comes sorted by size it holds one each.
pub(super) struct SameSize<F, O>
where
    F: Iterator<Item = Result<NewFile, Error>>,
    O: Iterator<Item = Result<OldObject, Error>>,
{
    files: Peekable<F>,
    objects: Peekable<O>,
    /// That both have.
    size: Option<u64>,
}

impl<F, O> SameSize<F, O>
where
    F: Iterator<Item = Result<NewFile, Error>>,
    O: Iterator<Item = Result<OldObject, Error>>,
{
    pub(super) fn among(files: F, objects: O) -> Self {
        Self {
            files: files.peekable(),
            objects: objects.peekable(),
            size: None,
        }
    }

    /// The next one of the size that both have, or what kept it from being read.
    fn of_size(&mut self, size: u64) -> Option<Result<Candidate, Error>> {
        let file =
            |file: &Result<NewFile, Error>| file.as_ref().map_or(true, |file| file.size == size);
        if let Some(file) = self.files.next_if(file) {
            return Some(file.map(Candidate::File));
        }
        let object = |object: &Result<OldObject, Error>| {
            object.as_ref().map_or(true, |object| object.size == size)
        };
        let object = self.objects.next_if(object)?;
        Some(object.map(Candidate::Object))
    }

    /// Goes on to the next size that both have.
    fn next_size(&mut self) -> Option<Result<u64, Error>> {
        loop {
            let (file, object) = match (self.files.peek()?, self.objects.peek()?) {
                (Ok(file), Ok(object)) => (file.size, object.size),
                (Err(_), _) => return self.files.next()?.err().map(Err),
                (_, Err(_)) => return self.objects.next()?.err().map(Err),
            };
            match file.cmp(&object) {
                Ordering::Less => drop(self.files.next()),
                Ordering::Greater => drop(self.objects.next()),
                Ordering::Equal => return Some(Ok(file)),
            }
        }
    }
}

impl<F, O> Iterator for SameSize<F, O>
where
    F: Iterator<Item = Result<NewFile, Error>>,
    O: Iterator<Item = Result<OldObject, Error>>,
{
    type Item = Result<Candidate, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(size) = self.size
            && let Some(candidate) = self.of_size(size)
        {
            return Some(candidate);
        }
        match self.next_size()? {
            Ok(size) => {
                self.size = Some(size);
                self.of_size(size)
            }
            Err(error) => Some(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn file(name: usize, size: u64) -> NewFile {
        NewFile {
            name: name.to_string(),
            size,
            identity: String::new(),
            crc64: None,
        }
    }

    fn object(name: usize, size: u64) -> OldObject {
        OldObject {
            name: name.to_string(),
            size,
            version: String::new(),
        }
    }

    proptest! {
        #[test]
        fn candidates_are_those_of_a_size_that_both_kinds_have(
            mut files in proptest::collection::vec(1_u64..8, 0..12),
            mut objects in proptest::collection::vec(1_u64..8, 0..12),
        ) {
            files.sort_unstable();
            objects.sort_unstable();
            let all = |sizes: &[u64]| sizes.iter().copied().enumerate().collect::<Vec<_>>();
            let of_files = all(&files).into_iter().map(|(name, size)| Ok(file(name, size)));
            let of_objects = all(&objects).into_iter().map(|(name, size)| Ok(object(name, size)));
            let found: Vec<_> = SameSize::among(of_files, of_objects).map(Result::unwrap).collect();
            let mut expected = Vec::new();
            for size in 1..8 {
                if !files.contains(&size) || !objects.contains(&size) {
                    continue;
                }
                let of_size = |(_, other): &(usize, u64)| *other == size;
                expected.extend(all(&files).into_iter().filter(of_size).map(|(name, size)| Candidate::File(file(name, size))));
                expected.extend(all(&objects).into_iter().filter(of_size).map(|(name, size)| Candidate::Object(object(name, size))));
            }
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_and_does_not_look_like_the_end() {
        let files = [Ok(file(0, 1)), Err(Error::Died)];
        let objects = [Ok(object(0, 1))];
        let found: Vec<_> = SameSize::among(files.into_iter(), objects.into_iter()).collect();
        assert!(found.iter().any(Result::is_err), "{found:?}");
        let files = [Err(Error::Died)];
        let objects = [Ok(object(0, 1))];
        let mut found = SameSize::among(files.into_iter(), objects.into_iter());
        assert!(matches!(found.next(), Some(Err(Error::Died))));
    }
}

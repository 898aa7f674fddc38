//! Every cut and every changed byte of small streams, and whole chunks lost, doubled or swapped in larger ones.

use proptest::prelude::*;

use super::*;

const KEY: [u8; 32] = [7; 32];

fn sealed(plain: &[u8]) -> Vec<u8> {
    let mut writer = SealWriter::new(&KEY, Vec::new()).expect("memory");
    writer.write_all(plain).expect("memory");
    writer.finish().expect("memory")
}

fn opened(sealed: &[u8]) -> Result<Vec<u8>, StreamError> {
    opened_with(&KEY, sealed)
}

fn opened_with(key: &[u8; 32], sealed: &[u8]) -> Result<Vec<u8>, StreamError> {
    let mut plain = Vec::new();
    let read = OpenReader::new(key, sealed).and_then(|mut reader| reader.read_to_end(&mut plain));
    read.map(|_| plain).map_err(|error| stream_error(&error).expect("memory does not fail"))
}

fn pattern(length: usize) -> Vec<u8> {
    (0..length).map(|index| (index % 251) as u8).collect()
}

/// Header and chunks of a stream, each with its tag.
fn parts(sealed: &[u8]) -> (Vec<u8>, Vec<Vec<u8>>) {
    (sealed[..HEADER].to_vec(), sealed[HEADER..].chunks(CHUNK + TAG).map(<[u8]>::to_vec).collect())
}

fn joined(header: &[u8], chunks: &[&Vec<u8>]) -> Vec<u8> {
    chunks.iter().fold(header.to_vec(), |all, chunk| [all, (*chunk).clone()].concat())
}

proptest! {
    // Each case opens some hundred streams.
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn what_was_sealed_opens(plain in prop::collection::vec(any::<u8>(), 0..300), step in 1_usize..50) {
        let mut writer = SealWriter::new(&KEY, Vec::new()).expect("memory");
        for piece in plain.chunks(step) {
            writer.write_all(piece).expect("memory");
            writer.flush().expect("memory");
        }
        let sealed = writer.finish().expect("memory");
        prop_assert_eq!(sealed.len(), HEADER + plain.len() + TAG);
        prop_assert_eq!(opened(&sealed), Ok(plain));
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_found(
        plain in prop::collection::vec(any::<u8>(), 0..80),
        flip in 1_u8..,
        more in prop::collection::vec(any::<u8>(), 1..20),
    ) {
        let sealed = sealed(&plain);
        for end in 0..sealed.len() {
            prop_assert!(opened(&sealed[..end]).is_err(), "cut at {end}");
        }
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= flip;
            prop_assert!(opened(&changed).is_err(), "changed at {place}");
        }
        prop_assert!(opened(&[sealed, more].concat()).is_err(), "lengthened");
    }
}

#[test]
fn lengths_around_the_chunk() {
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 1, 5 * CHUNK - 7] {
        let plain = pattern(length);
        let sealed = sealed(&plain);
        assert_eq!(sealed.len(), HEADER + length + TAG * length.div_ceil(CHUNK).max(1), "{length}");
        assert!(opened(&sealed) == Ok(plain), "{length}");
        assert!(opened(&sealed[..sealed.len() - 1]).is_err(), "{length}");
    }
}

#[test]
fn a_cut_between_chunks_is_called_a_cut() {
    let sealed = sealed(&pattern(3 * CHUNK));
    for chunks in 0..3 {
        assert_eq!(opened(&sealed[..HEADER + chunks * (CHUNK + TAG)]), Err(StreamError::Cut), "{chunks}");
    }
    for length in 8..HEADER {
        assert_eq!(opened(&sealed[..length]), Err(StreamError::Cut), "{length}");
    }
}

#[test]
fn chunks_cannot_be_swapped_doubled_dropped_or_taken_from_another_stream() {
    let (header, chunks) = parts(&sealed(&pattern(3 * CHUNK)));
    let [one, two, three] = chunks.as_slice() else { panic!("three chunks") };
    assert!(opened(&joined(&header, &[one, two, three])).is_ok());
    for wrong in [[two, one, three], [one, one, three], [one, two, two]] {
        assert!(opened(&joined(&header, &wrong)).is_err());
    }
    assert_eq!(opened(&joined(&header, &[one, three])), Err(StreamError::Changed));
    assert_eq!(opened(&joined(&header, &[one, two, three, three])), Err(StreamError::Changed));
    let (other_header, _) = parts(&sealed(&pattern(3 * CHUNK)));
    assert_eq!(opened(&joined(&other_header, &[one, two, three])), Err(StreamError::Changed));
}

#[test]
fn a_writer_that_was_not_finished_leaves_a_cut_stream() {
    let mut bytes = Vec::new();
    let mut writer = SealWriter::new(&KEY, &mut bytes).expect("memory");
    writer.write_all(&pattern(2 * CHUNK + 5)).expect("memory");
    drop(writer);
    assert_eq!(opened(&bytes), Err(StreamError::Cut));
}

#[test]
fn what_cannot_be_opened_is_said() {
    let sealed = sealed(b"backup");
    assert_eq!(opened_with(&[8; 32], &sealed), Err(StreamError::OtherKey));
    assert_eq!(opened(b"PK\x03\x04 an ordinary archive of some length here"), Err(StreamError::NotSealed));
    assert_eq!(opened(b""), Err(StreamError::NotSealed));
    let newer = [MAGIC.as_slice(), &[9]].concat();
    assert_eq!(opened(&newer), Err(StreamError::Newer(9)));
}

#[test]
fn a_reader_that_failed_stays_failed() {
    let mut changed = sealed(&pattern(2 * CHUNK));
    let place = HEADER + CHUNK + TAG + 3;
    changed[place] ^= 1;
    let mut reader = OpenReader::new(&KEY, changed.as_slice()).expect("the header is right");
    let mut plain = Vec::new();
    for _ in 0..2 {
        let error = reader.read_to_end(&mut plain).expect_err("changed");
        assert_eq!(stream_error(&error), Some(StreamError::Changed));
        assert!(plain == pattern(CHUNK), "the first chunk is authentic and comes once");
    }
}

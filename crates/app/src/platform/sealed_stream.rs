//! Authenticated streaming encryption for backups: STREAM over XChaCha20-Poly1305, in chunks of 64 KiB. Nothing that
//! was not authenticated is handed out, and a stream that was cut, changed, lengthened or put in another order is
//! found. It hides no lengths and compresses nothing.
//!
//! Form: magic (8 bytes), version (1), key id (8), nonce (19), then chunks of 64 KiB and a tag of 16 bytes; the last may
//! be shorter. A chunk's nonce is the stream's, the chunk's number (4 bytes, big-endian) and 1 for the last, else 0.

use std::io::{self, ErrorKind, Read, Write};

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::keys::random_bytes;

const MAGIC: &[u8; 8] = b"STGSEAL\n";
const VERSION: u8 = 1;
const KEY_ID: usize = 8;
const NONCE: usize = 19;
const HEADER: usize = MAGIC.len() + 1 + KEY_ID + NONCE;
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;

/// What is wrong with a sealed stream; comes as the inner error of an [`io::Error`] of kind `InvalidData`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StreamError {
    /// Not made by [`SealWriter`].
    #[error("This is not a sealed file of Stairgate.")]
    NotSealed,
    /// Made by a newer release.
    #[error("This file was sealed by a newer Stairgate (form {0}). Use that or a newer one to open it.")]
    Newer(u8),
    /// Sealed with another key.
    #[error(
        "This file was sealed with another key. Give the key, or the recovery sheet, of the installation it is from."
    )]
    OtherKey,
    /// The end is missing.
    #[error("This file ends too early: part of it is missing. Copy it again.")]
    Cut,
    /// Some byte is not what was written.
    #[error("This file has been changed since it was sealed, or it is damaged.")]
    Changed,
    /// More than 256 TiB.
    #[error("There is too much to seal in one file.")]
    TooLong,
}

impl From<StreamError> for io::Error {
    fn from(error: StreamError) -> Self {
        Self::new(ErrorKind::InvalidData, error)
    }
}

/// Seals what is written to it. Only [`SealWriter::finish`] makes a whole stream: dropped before, it opens as cut.
pub struct SealWriter<W: Write> {
    inner: W,
    chunks: Chunks,
    plain: Zeroizing<Vec<u8>>,
}

impl<W: Write> SealWriter<W> {
    /// Begins a stream sealed with this key.
    pub fn new(key: &[u8; 32], mut inner: W) -> io::Result<Self> {
        let mut header = [0; HEADER];
        header[..8].copy_from_slice(MAGIC);
        header[8] = VERSION;
        header[9..9 + KEY_ID].copy_from_slice(&key_id(key));
        let nonce = random_bytes::<NONCE>().map_err(io::Error::other)?;
        header[HEADER - NONCE..].copy_from_slice(&nonce);
        inner.write_all(&header)?;
        // Room for the tag, so that sealing in place never moves the plain text and leaves it behind.
        Ok(Self { inner, chunks: Chunks::new(key, header), plain: Zeroizing::new(Vec::with_capacity(CHUNK + TAG)) })
    }

    /// Seals the last chunk and hands back what was written to, flushed.
    pub fn finish(mut self) -> io::Result<W> {
        self.seal_chunk(true)?;
        self.inner.flush()?;
        Ok(self.inner)
    }

    fn seal_chunk(&mut self, last: bool) -> io::Result<()> {
        self.chunks.seal(&mut self.plain, last)?;
        self.inner.write_all(&self.plain)?;
        self.plain.clear();
        Ok(())
    }
}

impl<W: Write> Write for SealWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full chunk waits until more comes: it might be the last.
        if self.plain.len() == CHUNK && !bytes.is_empty() {
            self.seal_chunk(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.plain.len());
        self.plain.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    /// Passes on what is sealed already. A chunk that is not full stays: chunks have one length.
    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Opens what [`SealWriter`] sealed. What it hands out is authentic; that it is whole is known at the end, so use
/// nothing of it before reading has ended without an error.
pub struct OpenReader<R: Read> {
    inner: R,
    chunks: Chunks,
    plain: Zeroizing<Vec<u8>>,
    taken: usize,
    /// The byte after the chunk that was read last: whether there is one tells whether that chunk was the last.
    ahead: Option<u8>,
    failed: Option<StreamError>,
    ended: bool,
}

impl<R: Read> OpenReader<R> {
    /// Reads the header. Fails with [`StreamError::OtherKey`] before anything is opened with a wrong key.
    pub fn new(key: &[u8; 32], mut inner: R) -> io::Result<Self> {
        let mut header = [0; HEADER];
        let length = read_up_to(&mut inner, &mut header)?;
        if !header.starts_with(MAGIC) {
            return Err(StreamError::NotSealed.into());
        }
        if length > 8 && header[8] != VERSION {
            return Err(StreamError::Newer(header[8]).into());
        }
        if length < HEADER {
            return Err(StreamError::Cut.into());
        }
        if header[9..9 + KEY_ID] != key_id(key) {
            return Err(StreamError::OtherKey.into());
        }
        let mut first = [0];
        let ahead = (read_up_to(&mut inner, &mut first)? == 1).then_some(first[0]);
        let plain = Zeroizing::new(Vec::with_capacity(CHUNK + TAG + 1));
        Ok(Self { inner, chunks: Chunks::new(key, header), plain, taken: 0, ahead, failed: None, ended: false })
    }

    fn next_chunk(&mut self) -> io::Result<()> {
        self.plain.clear();
        self.taken = 0;
        self.plain.extend(self.ahead.take());
        if self.plain.is_empty() {
            return Err(StreamError::Cut.into());
        }
        let missing = CHUNK + TAG + 1 - self.plain.len();
        self.inner.by_ref().take(missing as u64).read_to_end(&mut self.plain)?;
        if self.plain.len() > CHUNK + TAG {
            self.ahead = self.plain.pop();
        }
        self.ended = self.ahead.is_none();
        self.chunks.open(&mut self.plain, self.ended)?;
        Ok(())
    }
}

impl<R: Read> Read for OpenReader<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.failed {
            return Err(error.into());
        }
        let wanted = self.taken == self.plain.len() && !self.ended && !out.is_empty();
        if wanted && let Err(error) = self.next_chunk() {
            self.plain.clear();
            // A broken disk or line may heal, but our place in the stream is lost.
            self.failed = Some(stream_error(&error).unwrap_or(StreamError::Cut));
            return Err(error);
        }
        let given = out.len().min(self.plain.len() - self.taken);
        out[..given].copy_from_slice(&self.plain[self.taken..][..given]);
        self.taken += given;
        Ok(given)
    }
}

/// What is wrong with the stream, if that is why reading failed; otherwise disk or network failed.
pub fn stream_error(error: &io::Error) -> Option<StreamError> {
    error.get_ref().and_then(|inner| inner.downcast_ref::<StreamError>()).copied()
}

struct Chunks {
    cipher: XChaCha20Poly1305,
    header: [u8; HEADER],
    number: u32,
}

impl Chunks {
    fn new(key: &[u8; 32], header: [u8; HEADER]) -> Self {
        Self { cipher: XChaCha20Poly1305::new(key.into()), header, number: 0 }
    }

    fn seal(&mut self, bytes: &mut Vec<u8>, last: bool) -> Result<(), StreamError> {
        let nonce = self.nonce(last);
        self.cipher.encrypt_in_place(&nonce, &self.header, bytes).map_err(|_| StreamError::TooLong)?;
        self.advance(last)
    }

    fn open(&mut self, bytes: &mut Vec<u8>, last: bool) -> Result<(), StreamError> {
        // A failed opening may spoil the bytes, and a chunk that opens as an inner one says what happened.
        let copy = last.then(|| Zeroizing::new(bytes.clone()));
        let opened = self.cipher.decrypt_in_place(&self.nonce(last), &self.header, bytes);
        if opened.is_err() {
            let inner = copy.is_some_and(|mut copy| {
                self.cipher.decrypt_in_place(&self.nonce(false), &self.header, &mut *copy).is_ok()
            });
            return Err(if inner { StreamError::Cut } else { StreamError::Changed });
        }
        self.advance(last)
    }

    fn advance(&mut self, last: bool) -> Result<(), StreamError> {
        if !last {
            self.number = self.number.checked_add(1).ok_or(StreamError::TooLong)?;
        }
        Ok(())
    }

    fn nonce(&self, last: bool) -> XNonce {
        let mut nonce = [0; NONCE + 5];
        nonce[..NONCE].copy_from_slice(&self.header[HEADER - NONCE..]);
        nonce[NONCE..NONCE + 4].copy_from_slice(&self.number.to_be_bytes());
        nonce[NONCE + 4] = u8::from(last);
        nonce.into()
    }
}

/// Tells keys apart without telling anything about them.
fn key_id(key: &[u8; 32]) -> [u8; KEY_ID] {
    let mut id = [0; KEY_ID];
    Hkdf::<Sha256>::new(None, key).expand(b"stairgate/1/sealed stream id", &mut id).expect("8 bytes are few");
    id
}

fn read_up_to(inner: &mut impl Read, out: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < out.len() {
        match inner.read(&mut out[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

#[cfg(test)]
mod tests;

//! Packs files into a ZIP archive that is the same for the same files.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// A file of a package: its path and its bytes.
pub type File = (String, Vec<u8>);

/// Packs files in their order. The first is stored as it is, where `bare` says so: an EPUB says with it
/// what it is (OCF, 4.2.2). No file has a time of its own, so that the same files are the same bytes.
pub fn pack(files: &[File], bare: bool) -> std::io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (number, (path, bytes)) in files.iter().enumerate() {
        let method = match bare && number == 0 {
            true => CompressionMethod::Stored,
            false => CompressionMethod::Deflated,
        };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(DateTime::default());
        zip.start_file(path, options)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}

//! Pictures for the web: how large they are, smaller ones made of them, and nothing in them that tells
//! where and by whom they were taken.

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, RgbaImage};
use std::io::Cursor;

/// The widths that pictures are offered in, where they are wider.
const WIDTHS: [u32; 4] = [480, 960, 1600, 2400];

/// How high a WebP can be.
const HIGHEST: u64 = 16_383;

/// How many pixels a picture may have: whatever claims more is a trap, or no use on a page.
const MOST_PIXELS: u64 = 120_000_000;

/// How long a profile of colours may be: those of cameras and screens are short, tables for printing long.
const LARGEST_PROFILE: usize = 20_000;

/// How good WebP is made of photographs, and of pictures that had no loss yet.
const QUALITY: f32 = 80.0;
const QUALITY_FINE: f32 = 90.0;

/// What is known of a picture without reading all of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Look {
    /// Its width as it is seen, in pixels.
    pub width: u32,
    /// Its height as it is seen.
    pub height: u32,
    /// The widths that it is offered in; none for a type that is left as it is.
    pub widths: Vec<u32>,
}

/// Whether a file is named as pictures with pixels are.
pub fn is_named(path: &str) -> bool {
    let extension = path
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase());
    let known = ["jpg", "jpeg", "png", "gif", "webp"];
    extension.is_some_and(|extension| known.contains(&&*extension))
}

/// Looks at a picture.
///
/// In: its bytes. Out: what it is. A picture that can't be read, is of no type that is named so
/// ([`is_named`]), or is too large, is an error, in words.
pub fn look(bytes: &[u8]) -> Result<Look, String> {
    let kind = imagesize::image_type(bytes).ok();
    let made = match kind {
        Some(imagesize::ImageType::Jpeg) => true,
        // An animation would stand still.
        Some(imagesize::ImageType::Png) => !chunks(bytes).any(|(name, _)| name == b"acTL"),
        Some(imagesize::ImageType::Gif | imagesize::ImageType::Webp) => false,
        _ => return Err("it isn't what its name says".to_owned()),
    };
    let size = imagesize::blob_size(bytes).map_err(|error| error.to_string())?;
    let (Ok(width), Ok(height)) = (u32::try_from(size.width), u32::try_from(size.height)) else {
        return Err("it says that it is impossibly large".to_owned());
    };
    // Programs show what there is of a file that was cut off, so that nobody notices.
    if made && !is_whole(bytes) {
        return Err("the file is cut off".to_owned());
    }
    if width == 0 || height == 0 {
        return Err("it says that it has no pixels".to_owned());
    }
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(format!(
            "it has {width} × {height} pixels, more than 120 million"
        ));
    }
    // The last four turn it on its side (Exif 3.0, 4.6.5.1.7).
    let (width, height) = match made && turn(bytes) >= 5 {
        true => (height, width),
        false => (width, height),
    };
    let mut widths: Vec<u32> = match made {
        true => WIDTHS
            .into_iter()
            .filter(|smaller| *smaller < width)
            .collect(),
        false => Vec::new(),
    };
    if made && width <= WIDTHS[WIDTHS.len() - 1] {
        widths.push(width);
    }
    // No WebP is higher (RFC 9649, 2.5): a taller picture is shown as it is.
    let is_high = |wide: u32| u64::from(wide) * u64::from(height) > HIGHEST * u64::from(width);
    widths.retain(|wide| !is_high(*wide));
    Ok(Look {
        width,
        height,
        widths,
    })
}

/// Makes the sizes of a picture, as WebP.
///
/// In: its bytes, and what was seen of it. Out: a file for each width, in their order. An error says
/// in words why it can't be read.
pub fn sizes(bytes: &[u8], look: &Look) -> Result<Vec<Vec<u8>>, String> {
    let (mut picture, format, colours) = open(bytes)?;
    // Each is made of the one before, the largest first: that is faster, and as good to the eye.
    let mut made = Vec::with_capacity(look.widths.len());
    for width in look.widths.iter().rev() {
        if *width < picture.width() {
            let part = f64::from(*width) / f64::from(look.width);
            let height = (f64::from(look.height) * part).round().max(1.0) as u32;
            let filter = image::imageops::FilterType::CatmullRom;
            picture = picture.resize_exact(*width, height, filter);
        }
        let plain = webp(&picture, format == ImageFormat::Png)?;
        made.push(match &colours {
            Some(colours) => coloured(&plain, colours, *width, picture.height()),
            None => plain,
        });
    }
    made.reverse();
    Ok(made)
}

/// Reads a picture of which sizes are made, and turns it as it is to be seen.
///
/// In: its bytes. Out: the picture, its format, and the profile of its colours (ICC.1) where they aren't
/// those of the web.
pub fn open(bytes: &[u8]) -> Result<(DynamicImage, ImageFormat, Option<Vec<u8>>), String> {
    let format = match imagesize::image_type(bytes) {
        Ok(imagesize::ImageType::Jpeg) => ImageFormat::Jpeg,
        _ => ImageFormat::Png,
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_PIXELS * 8);
    reader.limits(limits);
    let words = |error: image::ImageError| error.to_string();
    let mut decoder = reader.into_decoder().map_err(words)?;
    let orientation = decoder.orientation().map_err(words)?;
    let colours = decoder.icc_profile().map_err(words)?;
    let colours = colours.filter(|profile| is_of_own_colours(profile));
    let mut picture = DynamicImage::from_decoder(decoder).map_err(words)?;
    picture.apply_orientation(orientation);
    Ok((picture, format, colours))
}

/// A picture as WebP; one that had no loss yet in the way that makes it smaller.
fn webp(picture: &DynamicImage, fine: bool) -> Result<Vec<u8>, String> {
    let plain = match picture.color().has_alpha() {
        true => DynamicImage::ImageRgba8(picture.to_rgba8()),
        false => DynamicImage::ImageRgb8(picture.to_rgb8()),
    };
    let (width, height) = (plain.width(), plain.height());
    let encoder = match &plain {
        DynamicImage::ImageRgba8(pixels) => webp::Encoder::from_rgba(pixels, width, height),
        _ => webp::Encoder::from_rgb(plain.as_bytes(), width, height),
    };
    let quality = if fine { QUALITY_FINE } else { QUALITY };
    let encode = |lossless: bool, quality: f32| {
        let made = encoder.encode_simple(lossless, quality);
        made.map(|bytes| bytes.to_vec())
            .map_err(|error| format!("it can't be made smaller: {error:?}"))
    };
    let lossy = encode(false, quality)?;
    if !fine {
        return Ok(lossy);
    }
    let lossless = encode(true, 75.0)?;
    Ok(match lossless.len() <= lossy.len() {
        true => lossless,
        false => lossy,
    })
}

/// A WebP as PNG, for programs that don't know it; of an animation the first picture. None if it can't be
/// read.
pub fn png(webp: &[u8]) -> Option<Vec<u8>> {
    look(webp).ok()?;
    let made = webp::Decoder::new(webp).decode()?;
    let (width, height) = (made.width(), made.height());
    let picture = match made.is_alpha() {
        true => RgbaImage::from_raw(width, height, made.to_vec()).map(DynamicImage::ImageRgba8)?,
        false => RgbImage::from_raw(width, height, made.to_vec()).map(DynamicImage::ImageRgb8)?,
    };
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, ImageFormat::Png).ok()?;
    Some(out.into_inner())
}

/// Whether a profile says something of red, green and blue that browsers don't take for granted. Profiles
/// of greys and of printing inks don't fit pixels that were turned into these three.
fn is_of_own_colours(profile: &[u8]) -> bool {
    let has = |piece: &[u8]| profile.windows(piece.len()).any(|part| part == piece);
    // The name stands in it as ASCII, or as UTF-16 (ICC.1:2022, 10.15).
    let standard = has(b"sRGB") || has(b"s\0R\0G\0B");
    profile.get(16..20) == Some(b"RGB ") && !standard && profile.len() <= LARGEST_PROFILE
}

/// A WebP with the profile of its colours, in the extended form (RFC 9649, 2.7).
fn coloured(plain: &[u8], colours: &[u8], width: u32, height: u32) -> Vec<u8> {
    let chunk = |name: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap_or(0).to_le_bytes();
        let even = [0][..data.len() % 2].to_vec();
        [&name[..], &length, data, &even].concat()
    };
    let rest = plain.get(12..).unwrap_or_default();
    let (flags, rest) = match rest.starts_with(b"VP8X") {
        true => (
            rest.get(8).copied().unwrap_or(0),
            rest.get(18..).unwrap_or_default(),
        ),
        // Without loss, transparency is told by the fifth byte's fifth bit (RFC 9649, 3.4).
        false if rest.starts_with(b"VP8L") => (rest.get(12).copied().unwrap_or(0) & 0x10, rest),
        false => (0, rest),
    };
    let size = |length: u32| (length.saturating_sub(1)).to_le_bytes();
    let (wide, high) = (size(width), size(height));
    let head = [&[flags | 0x20, 0, 0, 0], &wide[..3], &high[..3]].concat();
    let inner = [
        &b"WEBP"[..],
        &chunk(b"VP8X", &head),
        &chunk(b"ICCP", colours),
        rest,
    ]
    .concat();
    chunk(b"RIFF", &inner)
}

/// Takes out of a picture what isn't needed to show it: where, when, by whom and with what it was
/// taken, small copies, comments.
///
/// In: its bytes. Out: the same picture, pixel by pixel, without; none where there was nothing of
/// that, or it is of a type that is left as it is.
pub fn clean(bytes: &[u8]) -> Option<Vec<u8>> {
    let cleaned = match imagesize::image_type(bytes) {
        Ok(imagesize::ImageType::Jpeg) => clean_jpeg(bytes)?,
        Ok(imagesize::ImageType::Png) => clean_png(bytes)?,
        Ok(imagesize::ImageType::Webp) => clean_webp(bytes)?,
        _ => return None,
    };
    (cleaned != bytes).then_some(cleaned)
}

/// The segments of a JPEG before its pixels: marker and bytes, with those that say so (ITU-T T.81, B.1).
fn segments(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut at = 2;
    std::iter::from_fn(move || {
        // Any number of fill bytes may stand before a marker.
        while bytes.get(at) == Some(&0xff) && bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let marker = *bytes.get(at + 1).filter(|_| bytes.get(at) == Some(&0xff))?;
        // From the start of the pixels on there is nothing to be found.
        if marker == 0xda {
            return None;
        }
        let length = bytes.get(at + 2..at + 4)?;
        let end = at + 2 + usize::from(u16::from_be_bytes([length[0], length[1]]));
        let segment = bytes.get(at..end)?;
        at = end;
        Some((marker, segment))
    })
}

/// Whether a picture's end is there (ITU-T T.81, B.2; PNG, 5.6).
fn is_whole(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\x89PNG") {
        return chunks(bytes).any(|(name, _)| name == b"IEND");
    }
    let pixels = segments(bytes).last().map_or(0, |(_, segment)| {
        segment.as_ptr() as usize - bytes.as_ptr() as usize + segment.len()
    });
    let rest = bytes.get(pixels..).unwrap_or_default();
    // From behind, where it is found at once.
    rest.windows(2).rev().any(|pair| pair == [0xff, 0xd9])
}

/// How a picture is turned before it is shown, from 1 to 8; 1 where nothing says so.
fn turn(bytes: &[u8]) -> u16 {
    let exif = segments(bytes).find_map(|(marker, segment)| {
        let data = segment.get(4..)?;
        (marker == 0xe1)
            .then(|| data.strip_prefix(b"Exif\0\0"))
            .flatten()
    });
    let found = exif.and_then(|tiff| {
        let little = tiff.starts_with(b"II");
        let short = |at: usize| {
            let pair = tiff.get(at..at.checked_add(2)?)?;
            let pair = [pair[0], pair[1]];
            Some(if little {
                u16::from_le_bytes(pair)
            } else {
                u16::from_be_bytes(pair)
            })
        };
        let long = |at: usize| {
            let (a, b) = (usize::from(short(at)?), usize::from(short(at + 2)?));
            Some(if little { b << 16 | a } else { a << 16 | b })
        };
        let first = long(4)?;
        let count = usize::from(short(first)?);
        let entries = (0..count).map(|number| first + 2 + number * 12);
        let entry = entries
            .into_iter()
            .find(|entry| short(*entry) == Some(0x0112))?;
        short(entry + 8)
    });
    found.filter(|turn| (1..=8).contains(turn)).unwrap_or(1)
}

fn clean_jpeg(bytes: &[u8]) -> Option<Vec<u8>> {
    let turn = turn(bytes);
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(bytes.get(..2)?);
    let mut end = 2;
    let mut gone = false;
    for (marker, segment) in segments(bytes) {
        end = segment.as_ptr() as usize - bytes.as_ptr() as usize + segment.len();
        // Kept are JFIF, colours (ICC, Adobe), and all that is no application's or comment.
        let colours = marker == 0xe2
            && segment
                .get(4..)
                .is_some_and(|data| data.starts_with(b"ICC_PROFILE\0"));
        let kept = !((0xe1..=0xed).contains(&marker) || marker == 0xef || marker == 0xfe);
        if kept || colours {
            out.extend_from_slice(segment);
        } else {
            gone = true;
        }
    }
    let pixels = bytes.get(end..)?;
    // Telephones put a film behind the picture.
    let pixels = &pixels[..end_of_pixels(pixels)];
    if !gone && end + pixels.len() == bytes.len() {
        return None;
    }
    if turn != 1 {
        // The least that says how it is turned.
        let mut exif =
            b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01".to_vec();
        exif.extend_from_slice(&turn.to_be_bytes());
        exif.extend_from_slice(&[0; 6]);
        out.splice(2..2, exif);
    }
    out.extend_from_slice(pixels);
    Some(out)
}

/// Where a JPEG ends, from the first of its pixels on: behind the first end that isn't part of them or
/// of a segment between them (ITU-T T.81, B.1.1).
fn end_of_pixels(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(pair) = bytes.get(at..at + 2) {
        match (pair[0], pair[1]) {
            (0xff, 0xd9) => return at + 2,
            // Within pixels: the byte itself, or where they begin anew.
            (0xff, 0x00 | 0x01 | 0xd0..=0xd7) => at += 2,
            (0xff, 0xff) => at += 1,
            (0xff, _) => {
                let Some(length) = bytes.get(at + 2..at + 4) else {
                    return bytes.len();
                };
                at += 2 + usize::from(u16::from_be_bytes([length[0], length[1]]));
            }
            _ => at += 1,
        }
    }
    bytes.len()
}

/// A WebP without what tells of it (RFC 9649, 2.7).
fn clean_webp(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..12)?.to_vec();
    let mut at = 12;
    while let Some(head) = bytes.get(at..at + 8) {
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]);
        let length = usize::try_from(length).ok()?;
        // Each begins at an even byte.
        let end = at
            .checked_add(8)?
            .checked_add(length)?
            .checked_add(length % 2)?;
        let chunk = bytes.get(at..end.min(bytes.len()))?;
        if !matches!(&head[..4], b"EXIF" | b"XMP ") {
            let start = out.len();
            out.extend_from_slice(chunk);
            if head.starts_with(b"VP8X") && chunk.len() > 8 {
                // It has neither now.
                out[start + 8] &= !0x0c;
            }
        }
        at = end;
    }
    let length = u32::try_from(out.len() - 8).ok()?;
    out[4..8].copy_from_slice(&length.to_le_bytes());
    Some(out)
}

/// The chunks of a PNG: name and whole bytes (PNG, 5.3).
fn chunks(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let mut at = 8;
    std::iter::from_fn(move || {
        let head = bytes.get(at..at + 8)?;
        let length = u32::from_be_bytes([head[0], head[1], head[2], head[3]]);
        let end = at
            .checked_add(12)?
            .checked_add(usize::try_from(length).ok()?)?;
        let chunk = bytes.get(at..end)?;
        at = end;
        Some((&head[4..8], chunk))
    })
}

fn clean_png(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = bytes.get(..8)?.to_vec();
    for (name, chunk) in chunks(bytes) {
        if ![b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"]
            .contains(&<&[u8; 4]>::try_from(name).ok()?)
        {
            out.extend_from_slice(chunk);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{clean, look, sizes, turn};
    use image::{DynamicImage, ImageFormat, RgbImage};
    use std::io::Cursor;

    /// A picture that is darker to the right and redder below.
    fn drawn(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let pixels = RgbImage::from_fn(width, height, |x, y| {
            let part = |at: u32, of: u32| u8::try_from(at * 255 / of).unwrap_or(255);
            image::Rgb([part(y, height), 255 - part(x, width), 255 - part(x, width)])
        });
        let mut out = Cursor::new(Vec::new());
        DynamicImage::ImageRgb8(pixels)
            .write_to(&mut out, format)
            .expect("a picture");
        out.into_inner()
    }

    fn opened(bytes: &[u8]) -> RgbImage {
        let picture = webp::Decoder::new(bytes).decode().expect("WebP");
        RgbImage::from_raw(picture.width(), picture.height(), picture.to_vec()).expect("pixels")
    }

    /// A JPEG as a telephone writes it: turned, with a place.
    fn taken(turned: u8) -> Vec<u8> {
        let mut jpeg = drawn(600, 400, ImageFormat::Jpeg);
        let mut exif = b"Exif\0\0II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        exif.extend([turned, 0, 0, 0, 0, 0, 0, 0]);
        exif.extend(b"GPS 51.5 N 0.1 W");
        let length = u16::try_from(exif.len() + 2).expect("short").to_be_bytes();
        jpeg.splice(2..2, [&[0xff, 0xe1], &length[..], &exif].concat());
        jpeg.splice(2..2, *b"\xff\xfe\x00\x09comment");
        jpeg
    }

    #[test]
    fn sizes_are_offered_up_to_the_pictures_own() {
        for (width, widths) in [
            (30, vec![30]),
            (480, vec![480]),
            (1000, vec![480, 960, 1000]),
            (2401, vec![480, 960, 1600, 2400]),
        ] {
            let seen = look(&drawn(width, 10, ImageFormat::Png)).expect("a picture");
            assert_eq!((seen.width, seen.height, seen.widths), (width, 10, widths));
        }
        for other in ["<svg xmlns='http://www.w3.org/2000/svg'/>", "", "text"] {
            look(other.as_bytes()).expect_err("no picture");
        }
    }

    #[test]
    fn what_is_too_high_for_webp_is_shown_as_it_is() {
        let seen = look(&drawn(500, 20_000, ImageFormat::Png)).expect("a picture");
        // 480 pixels wide it would still be 19,200 high.
        assert_eq!(seen.widths, [0; 0]);
        let seen = look(&drawn(1000, 17_000, ImageFormat::Png)).expect("a picture");
        assert_eq!(seen.widths, [480, 960]);
    }

    #[test]
    fn smaller_ones_look_the_same() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png] {
            let bytes = drawn(600, 400, format);
            let seen = look(&bytes).expect("a picture");
            let made = sizes(&bytes, &seen).expect("sizes");
            assert_eq!(made.len(), 2);
            for (bytes, width) in made.iter().zip(&seen.widths) {
                let small = opened(bytes);
                assert_eq!((small.width(), small.height()), (*width, width * 2 / 3));
                // Light above on the left, dark on the right, red below.
                let at = |x: u32, y: u32| small.get_pixel(x, y).0.map(i32::from);
                let [top, right, below] = [
                    at(2, 2),
                    at(width - 3, 2),
                    at(width - 3, small.height() - 3),
                ];
                assert!(
                    top[1] > 240 && right[1] < 15 && below[0] > 240,
                    "{top:?} {right:?} {below:?}"
                );
            }
        }
    }

    #[test]
    fn colours_of_their_own_stay() {
        use image::ImageEncoder;
        let pixels =
            image::RgbaImage::from_fn(500, 20, |x, _| image::Rgba([9, 200, 9, (x / 2) as u8]));
        let encoded = |profile: &[u8]| {
            let mut out = Vec::new();
            let mut encoder = image::codecs::png::PngEncoder::new(&mut out);
            encoder
                .set_icc_profile(profile.to_vec())
                .expect("a profile");
            let kind = image::ExtendedColorType::Rgba8;
            encoder
                .write_image(&pixels, 500, 20, kind)
                .expect("a picture");
            out
        };
        let profile =
            |space: &str, name: &str| format!("{}{space}{name}", " ".repeat(16)).into_bytes();
        let has = |bytes: &[u8], piece: &[u8]| bytes.windows(piece.len()).any(|part| part == piece);
        let wide = profile("RGB ", "Display P3");
        let bytes = encoded(&wide);
        let made = sizes(&bytes, &look(&bytes).expect("a picture")).expect("sizes");
        assert_eq!(made.len(), 2);
        for bytes in made {
            assert!(has(&bytes, &wide));
            // Colours and transparency are announced, and all is as long as it says.
            assert_eq!((&bytes[8..16], bytes[20]), (&b"WEBPVP8X"[..], 0x30));
            let length = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]);
            assert_eq!(bytes.len(), length as usize + 8);
            let picture = webp::Decoder::new(&bytes).decode().expect("WebP");
            assert!(
                picture.is_alpha()
                    && u32::from(bytes[24]) + 256 * u32::from(bytes[25]) + 1 == picture.width()
            );
        }
        for usual in [
            profile("RGB ", "sRGB IEC"),
            profile("RGB ", "s\0R\0G\0B"),
            profile("CMYK", "ink"),
        ] {
            let bytes = encoded(&usual);
            let made = sizes(&bytes, &look(&bytes).expect("a picture")).expect("sizes");
            assert!(!has(&made[0], b"ICCP"));
        }
    }

    #[test]
    fn a_turned_picture_is_turned_back() {
        let bytes = taken(6);
        let seen = look(&bytes).expect("a picture");
        assert_eq!((seen.width, seen.height), (400, 600));
        let made = sizes(&bytes, &seen).expect("sizes");
        let small = opened(&made[0]);
        assert_eq!((small.width(), small.height()), (400, 600));
        // What was on the left is above.
        assert!(small.get_pixel(390, 5).0[1] > 230 && small.get_pixel(390, 590).0[1] < 25);
    }

    #[test]
    fn nothing_tells_where_it_was_taken() {
        let bytes = taken(6);
        let cleaned = clean(&bytes).expect("something to clean");
        let has = |bytes: &[u8], piece: &[u8]| bytes.windows(piece.len()).any(|part| part == piece);
        assert!(has(&bytes, b"GPS") && has(&bytes, b"comment"));
        assert!(!has(&cleaned, b"GPS") && !has(&cleaned, b"comment"));
        assert_eq!(turn(&cleaned), 6, "it is still turned");
        let pixels = |bytes: &[u8]| image::load_from_memory(bytes).expect("a picture").to_rgb8();
        assert_eq!(pixels(&cleaned), pixels(&bytes));
        // What says how it is turned is written once more, in the same way.
        assert_eq!(clean(&cleaned), None);
        assert_eq!(
            clean(&drawn(9, 9, ImageFormat::Jpeg)),
            None,
            "nothing to clean"
        );
        // A film behind it, which tells the same.
        let moving = [
            drawn(60, 40, ImageFormat::Jpeg),
            b"GPS film \xff\xd9".to_vec(),
        ]
        .concat();
        assert_eq!(clean(&moving), Some(drawn(60, 40, ImageFormat::Jpeg)));
        let pixels = webp::Encoder::from_rgb(&[0; 48], 4, 4)
            .encode(50.0)
            .to_vec();
        let extended = [
            b"VP8X\x0a\0\0\0\x08\0\0\0\x03\0\0\x03\0\0",
            &pixels[12..],
            b"EXIF\x03\0\0\0GPS\0",
        ]
        .concat();
        let length = u32::try_from(extended.len() + 4)
            .expect("short")
            .to_le_bytes();
        let told = [b"RIFF", &length[..], b"WEBP", &extended].concat();
        let cleaned = clean(&told).expect("something to clean");
        assert!(has(&told, b"GPS") && !has(&cleaned, b"GPS"));
        assert_eq!(opened(&cleaned), opened(&pixels));
        let mut png = drawn(9, 9, ImageFormat::Png);
        let plain = png.clone();
        let mut chunk = b"\0\0\0\x05tEXtAt\0me".to_vec();
        chunk.extend(0x1234_5678_u32.to_be_bytes());
        png.splice(33..33, chunk);
        assert_eq!(clean(&png), Some(plain));
    }

    #[test]
    fn a_trap_is_not_opened() {
        let mut png = drawn(9, 9, ImageFormat::Png);
        png.splice(16..24, [0, 1, 0, 0, 0, 1, 0, 0]);
        assert!(look(&png).expect_err("too large").contains("65536 × 65536"));
        for format in [ImageFormat::Jpeg, ImageFormat::Png] {
            let mut cut = drawn(600, 400, format);
            cut.truncate(cut.len() - 20);
            assert_eq!(look(&cut), Err("the file is cut off".to_owned()));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_are_a_panic(start in 0..4_usize, rest in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let head: &[u8] = [&b"\xff\xd8\xff\xe1"[..], b"\x89PNG\r\n\x1a\n", b"GIF89a", b""][start];
            let bytes = [head, &rest].concat();
            if let Ok(seen) = look(&bytes) && u64::from(seen.width) * u64::from(seen.height) < 10_000 {
                let _ = sizes(&bytes, &seen);
            }
            let _ = clean(&bytes);
        }
    }
}

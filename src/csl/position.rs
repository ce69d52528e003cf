//! Finds where each cite stands among those of the same item: first, subsequent, ibid., near
//! (CSL 1.0.2, "Choose", `position`).

use super::render::Position;
use super::{Cite, Cluster};

/// Where a cite stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Place {
    pub position: Position,
    /// Whether the item was cited a few notes before.
    pub near: bool,
    /// The note that cites the item first, if that isn't this one.
    pub first_note: Option<u32>,
}

/// The places of all cites.
pub fn places(clusters: &[Cluster], items: usize, distance: u32) -> Vec<Vec<Place>> {
    // For each item, the note of its first and of its last cite.
    let mut seen: Vec<Option<(u32, u32)>> = vec![None; items];
    let mut all = Vec::with_capacity(clusters.len());
    for (n, cluster) in clusters.iter().enumerate() {
        let mut places = Vec::with_capacity(cluster.cites.len());
        for (k, cite) in cluster.cites.iter().enumerate() {
            let Some(slot) = seen.get_mut(cite.item) else {
                places.push(Place::default());
                continue;
            };
            let before = match k.checked_sub(1) {
                Some(k) => cluster.cites.get(k),
                None => last_of_note(clusters, n),
            };
            let mut place = Place::default();
            if let Some((first, last)) = *slot {
                place.first_note = Some(first).filter(|first| *first != cluster.note);
                place.near = cluster.note.saturating_sub(last) <= distance;
                place.position = match before {
                    Some(before) if before.item == cite.item => ibid(before, cite),
                    _ => Position::Subsequent,
                };
            }
            if let Some(forced) = cite.position {
                place.position = forced;
                place.near = false;
            }
            if let Some(near) = cite.near_note {
                place.near = near;
            }
            places.push(place);
            let first = slot.map_or(cluster.note, |(first, _)| first);
            *slot = Some((first, cluster.note));
        }
        all.push(places);
    }
    all
}

/// The only cite of the citation before, if it has no more.
fn last_of_note(clusters: &[Cluster], n: usize) -> Option<&Cite> {
    let this = clusters.get(n)?;
    // Citations in the text and in notes are two sequences.
    let at = clusters[..n]
        .iter()
        .rposition(|other| (other.note == 0) == (this.note == 0))?;
    let before = clusters.get(at)?;
    let [only] = &before.cites[..] else {
        return None;
    };
    if before.note != this.note && before.note != 0 {
        // "Ibid." refers to the note before, which must have this one citation.
        let alone = clusters[..at]
            .last()
            .is_none_or(|other| other.note != before.note);
        if !alone || before.note + 1 < this.note {
            return None;
        }
    }
    Some(only)
}

/// How a cite differs from one of the same item just before it.
fn ibid(before: &Cite, cite: &Cite) -> Position {
    let locator = |cite: &Cite| {
        cite.locator
            .as_ref()
            .map(|(label, text)| (label.clone(), text.trim().to_owned()))
            .filter(|(_, text)| !text.is_empty())
    };
    match (locator(before), locator(cite)) {
        (None, None) => Position::Ibid,
        (Some(a), Some(b)) if a == b => Position::Ibid,
        (_, Some(_)) => Position::IbidWithLocator,
        (Some(_), None) => Position::Subsequent,
    }
}

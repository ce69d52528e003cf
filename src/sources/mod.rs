//! stub
use crate::csl; use crate::diag::{Fault,FilePath,Place};
#[derive(Debug,Default)] pub struct Library{ s: Vec<Source> }
#[derive(Debug)] pub struct Source{ pub item: csl::Item, pub place: Place, pub kind: KindKey, pub group: Option<String>, pub checked: Option<Checked>, pub annotation: Option<String>}
#[derive(Debug)] pub struct KindKey; impl KindKey{ pub fn name(&self)->&'static str{"book"} }
#[derive(Debug)] pub struct Checked{ pub state: KindKey, pub on: Option<String>, pub by: Option<String>}
impl Library{ pub fn sources(&self)->&[Source]{&self.s} pub fn index(&self,_:&str)->Option<usize>{None} pub fn nearest(&self,_:&str)->Option<&str>{None} }
pub fn read(_:&[(FilePath,&str)],_:Option<(FilePath,&str)>)->(Library,Vec<Fault>){(Library::default(),vec![])}

//! Members of paths and URLs.

use super::Machine;
use super::call::Args;
use crate::lang::dynamic::value::Value;
use crate::model::Why;

impl Machine<'_, '_> {
    /// A member of a path that is a value, not a function.
    pub(super) fn path_member(&mut self, of: &Value, member: &str) -> Option<Value> {
        Some(match member {
            "parent" | "dirname" => {
                let parts = [of.clone(), Value::text("..")];
                self.join_path(&parts, true)
            }
            "name" | "stem" | "suffix" => match of.known() {
                Some(text) => {
                    let name = text.rsplit('/').next().unwrap_or("").to_owned();
                    let (stem, suffix) = name
                        .rsplit_once('.')
                        .map_or((name.as_str(), ""), |(s, _)| (s, &name[s.len()..]));
                    Value::text(match member {
                        "name" => name.clone(),
                        "stem" => stem.to_owned(),
                        _ => suffix.to_owned(),
                    })
                }
                None => Value::unknown(Why::Output, self.origins(of)),
            },
            "exists" | "is_file" | "is_dir" | "stat" | "is_symlink" => Value::unknown(Why::Control, vec![]),
            "with_name" | "with_suffix" | "with_stem" | "relative_to" => {
                let from = self.origins(of);
                Value::unknown(Why::Output, from)
            }
            _ => return None,
        })
    }

    /// A member of a URL.
    pub(super) fn url_member(&mut self, of: &Value, member: &str) -> Value {
        match member {
            "href" | "origin" => Value::Text(self.word(of)),
            "searchParams" => of.clone(),
            _ => {
                let from = self.origins(of);
                Value::unknown(Why::Output, from)
            }
        }
    }

    /// A method of a URL or of its parameters: what is added to it is in its text.
    pub(super) fn url_method(&mut self, of: &Value, method: &str, args: &Args) -> Value {
        match method {
            "append" | "set" | "sort" | "delete" => {
                for value in args.list.clone() {
                    self.add_to_url(of, &value);
                }
                of.clone()
            }
            _ => Value::Text(self.word(of)),
        }
    }

    pub(super) fn add_to_url(&mut self, of: &Value, value: &Value) {
        let Value::Object(object) = of else { return };
        let more = self.word(value);
        let mut word = object.state.borrow().text.clone().unwrap_or_default();
        let joint = if word.display().contains('?') { "&" } else { "?" };
        word.push_str(joint);
        word.append(&more);
        let word = self.bounded(word);
        object.state.borrow_mut().text = Some(word);
    }
}

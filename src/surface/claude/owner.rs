//! [`Owner`]: whose hooks or servers are read. Settings, plug-ins, skills and agents have the same ones.

use crate::model::trigger::{Class, Consent, Consents, Starter, Trigger, When};
use crate::surface::Start;

/// Whose hooks or servers are read.
#[derive(Debug, Clone)]
pub struct Owner {
    /// Start of the ids of its triggers: `claude`, `plugin/NAME`.
    pub id: String,
    /// Pointer of the map that is read, without a final slash: `/hooks`, `/mcpServers`.
    pub pointer: String,
    /// The class of its triggers, where it is not their own.
    pub class: Option<Class>,
    /// When its triggers act, where that is decided by the owner (a skill that the model chooses).
    pub when: Option<When>,
    /// Who starts them, where it is not the agent.
    pub who: Option<Starter>,
    /// Consent that its triggers need, where it differs.
    pub consent: Option<Consents>,
    /// How its commands start.
    pub start: Start,
    /// Attributes for each of its triggers.
    pub attributes: Vec<(String, String)>,
}

impl Owner {
    /// The settings of a project.
    #[must_use]
    pub fn new(id: &str, pointer: &str, start: Start) -> Self {
        Self {
            id: id.to_owned(),
            pointer: pointer.to_owned(),
            class: None,
            when: None,
            who: None,
            consent: None,
            start,
            attributes: vec![],
        }
    }

    /// The same where `disableAllHooks` of the same file silences its hooks and status line (measured,
    /// client 2.1.329): they run only where managed settings say `false`, in a remote session, or after
    /// an edit of the file, so somebody else's act lies in between.
    #[must_use]
    pub fn switched_off(mut self) -> Self {
        self.consent = Some(Consents {
            interactive: Consent::PersonsAct,
            headless: Consent::PersonsAct,
        });
        self.attributes.push(("off".to_owned(), "true".to_owned()));
        self
    }

    /// Puts the owner's ways on a trigger.
    pub fn mark(&self, trigger: &mut Trigger) {
        if let Some(class) = self.class {
            trigger.class = class;
        }
        if let Some(when) = self.when {
            trigger.when = when;
        }
        if let Some(who) = self.who {
            trigger.who = who;
        }
        if let Some(consent) = self.consent {
            trigger.consent = consent;
        }
        trigger.attributes.extend(self.attributes.iter().cloned());
    }
}

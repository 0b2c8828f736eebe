//! One trigger, prepared for matching: its flows by receiver, and the way back from an effect.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use super::classes::Classes;
use crate::lang::prose::Reading;
use crate::lang::{markdown, prose};
use crate::model::effect::{Exec, Traffic, Understood};
use crate::model::{
    Effect, EffectId, EffectKind, Lowered, Nature, Origin, Scheme, Sources, Trigger, TriggerId, Via, Word,
};

/// One trigger with what matching needs.
pub struct Case<'a> {
    /// The trigger.
    pub trigger: &'a Trigger,
    /// Its number.
    pub id: TriggerId,
    /// All texts.
    pub sources: &'a Sources,
    /// Classes of names.
    pub classes: &'a Classes,
    /// For each effect, what reaches it.
    incoming: Vec<Vec<Arrival>>,
    /// Texts for the model, read once for all rules.
    readings: RefCell<BTreeMap<EffectId, Rc<Reading>>>,
}

/// Bytes that reach an effect.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Arrival {
    from: Origin,
    via: Via,
    decoded: bool,
}

/// Where bytes come from, at the far end of a way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// An effect.
    Effect(EffectId),
    /// A constant that stood encoded.
    Encoded(Scheme),
    /// What the agent hands over.
    Payload,
}

/// One way back from an effect to where its bytes come from.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    /// The far end.
    pub start: Start,
    /// They are decoded on the way.
    pub decoded: bool,
    /// The last hop brings them as code that the receiver runs.
    pub as_code: bool,
}

impl<'a> Case<'a> {
    /// Prepares a trigger.
    #[must_use]
    pub fn new(id: TriggerId, trigger: &'a Trigger, sources: &'a Sources, classes: &'a Classes) -> Self {
        let lowered = &trigger.lowered;
        let mut incoming: Vec<Vec<Arrival>> = vec![vec![]; lowered.effects.len()];
        for flow in &lowered.flows {
            if flow.to.0 as usize >= incoming.len()
                || chooses_path(&lowered.get(flow.to).kind, flow.via, &flow.from)
            {
                continue;
            }
            if let Some(list) = incoming.get_mut(flow.to.0 as usize) {
                list.push(Arrival {
                    from: flow.from.clone(),
                    via: flow.via,
                    decoded: !flow.decoded.is_empty(),
                });
            }
        }
        for (id, effect) in lowered.iter() {
            for word in carried(&effect.kind) {
                for from in word.origins() {
                    let list = &mut incoming[id.0 as usize];
                    if from != Origin::Effect(id) && !list.iter().any(|a| a.from == from) {
                        list.push(Arrival {
                            from,
                            via: Via::Argument,
                            decoded: false,
                        });
                    }
                }
            }
        }
        for (id, effect) in lowered.iter() {
            if let Some(by) = effect.by.filter(|by| brings(lowered, *by, effect)) {
                let list = &mut incoming[by.0 as usize];
                if !list.iter().any(|a| a.from == Origin::Effect(id)) {
                    list.push(Arrival {
                        from: Origin::Effect(id),
                        via: Via::Argument,
                        decoded: false,
                    });
                }
            }
        }
        Self {
            trigger,
            id,
            sources,
            classes,
            incoming,
            readings: RefCell::default(),
        }
    }

    /// What the text of an Instruct effect asks for.
    #[must_use]
    pub fn reading(&self, id: EffectId) -> Rc<Reading> {
        let mut readings = self.readings.borrow_mut();
        let reading = readings.entry(id).or_insert_with(|| {
            Rc::new(match self.kind(id) {
                EffectKind::Instruct { text, .. } => prose::read_page(&markdown::read(text.as_str())),
                _ => Reading::default(),
            })
        });
        Rc::clone(reading)
    }

    /// The effect with this id.
    #[must_use]
    pub fn kind(&self, id: EffectId) -> &'a EffectKind {
        &self.trigger.lowered.get(id).kind
    }

    /// What effect `id` rests on: itself and everything whose bytes reach it, over at most `most` effects,
    /// each said in full, sorted. The same lines wherever they stand are the same danger.
    #[must_use]
    pub fn grounds(&self, id: EffectId, most: usize) -> Vec<String> {
        let mut seen = BTreeSet::from([id]);
        let mut open = VecDeque::from([id]);
        let mut lines = vec![];
        while let Some(at) = open.pop_front() {
            lines.push(self.trigger.lowered.describe_whole(at));
            for arrival in self.incoming.get(at.0 as usize).into_iter().flatten() {
                match &arrival.from {
                    Origin::Effect(from) => {
                        if seen.len() < most && seen.insert(*from) {
                            open.push_back(*from);
                        }
                    }
                    other => lines.push(format!("{other:?}")),
                }
            }
        }
        lines.sort();
        lines.dedup();
        lines
    }

    /// Every way back from `to`, nearest first. A way does not pass through a connection: an answer
    /// is not what was sent.
    #[must_use]
    pub fn ways(&self, to: EffectId) -> Vec<Way> {
        let mut ways = vec![];
        let mut seen = vec![(to, false, false)];
        let mut next = 0;
        while let Some(&(at, decoded, as_code)) = seen.get(next) {
            next += 1;
            for arrival in self.incoming.get(at.0 as usize).map_or(&[][..], Vec::as_slice) {
                let decoded = decoded || arrival.decoded;
                let as_code = if at == to {
                    self.is_code(to, arrival)
                } else {
                    as_code
                };
                match arrival.from {
                    Origin::Effect(from) => {
                        if from == to || (from.0 as usize) >= self.incoming.len() {
                            continue;
                        }
                        let state = (from, decoded, as_code);
                        if seen.contains(&state) || seen.len() > 4_000 {
                            continue;
                        }
                        ways.push(Way {
                            start: Start::Effect(from),
                            decoded,
                            as_code,
                        });
                        if matches!(self.kind(from), EffectKind::Connect(_)) {
                            continue;
                        }
                        seen.push(state);
                    }
                    Origin::Decoded(scheme) => ways.push(Way {
                        start: Start::Encoded(scheme),
                        decoded: true,
                        as_code,
                    }),
                    Origin::Payload => ways.push(Way {
                        start: Start::Payload,
                        decoded,
                        as_code,
                    }),
                    Origin::Input | Origin::Arguments => {}
                }
            }
        }
        ways
    }

    fn is_code(&self, to: EffectId, arrival: &Arrival) -> bool {
        match self.kind(to) {
            EffectKind::Exec(exec) => {
                let encoded = matches!(arrival.from, Origin::Decoded(_));
                super::code::is_code(exec, arrival.via, &arrival.from, arrival.decoded || encoded)
            }
            _ => false,
        }
    }
}

/// Whether what a program prints may hold what `effect` brings: a told program that was given the
/// address or file on its command line. Where the printed bytes are known, flows start at the effect itself.
fn brings(lowered: &Lowered, by: EffectId, effect: &Effect) -> bool {
    let told = lowered.effects.get(by.0 as usize).is_some_and(|starter| {
        matches!(&starter.kind, EffectKind::Exec(exec) if exec.understood == Understood::Told && !exec.followed)
    });
    let fetched =
        matches!(&effect.kind, EffectKind::Connect(c) if matches!(c.traffic, Traffic::Fetch | Traffic::Both));
    told && effect.nature == Nature::Stated && (fetched || matches!(effect.kind, EffectKind::Read { .. }))
}

/// Whether the bytes only name the file that is read or written: they are not its content.
fn chooses_path(kind: &EffectKind, via: Via, from: &Origin) -> bool {
    match kind {
        EffectKind::Read { path } | EffectKind::Write { path, .. } => {
            matches!(via, Via::Argument | Via::Address) && path.written.origins().contains(from)
        }
        _ => false,
    }
}

/// The words of an effect whose bytes are what it starts, sends or sets (a path is none: it only chooses).
fn carried(kind: &EffectKind) -> Vec<&Word> {
    match kind {
        EffectKind::Exec(Exec { program, argv, .. }) => [program].into_iter().chain(argv).collect(),
        EffectKind::Connect(connect) => {
            let others = connect.path.iter().chain(&connect.userinfo);
            [&connect.host].into_iter().chain(others).collect()
        }
        EffectKind::Env { value, .. } => value.iter().collect(),
        EffectKind::Setting { value, .. } => vec![value],
        EffectKind::Query { objects, .. } => objects.iter().collect(),
        EffectKind::Read { .. } | EffectKind::Write { .. } | EffectKind::Instruct { .. } => vec![],
    }
}

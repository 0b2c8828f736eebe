//! [`Limits`]: every walk over hostile input is bounded. Reaching a limit makes coverage partial.

/// Limits of one scan or call.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes read of one file.
    pub file_bytes: u64,
    /// Bytes of one program text that is lowered.
    pub code_bytes: usize,
    /// Bytes read in all.
    pub total_bytes: u64,
    /// Nesting depth of a grammar.
    pub depth: usize,
    /// Hops in a chain of references.
    pub hops: usize,
    /// References followed for one trigger.
    pub references: usize,
    /// Effects kept for one trigger.
    pub effects: usize,
    /// Steps (commands, nodes, expansions) of one lowering.
    pub steps: usize,
    /// Bytes of one computed text (an expanded word, decoded base64).
    pub text_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 32 << 20,
            code_bytes: 4 << 20,
            total_bytes: 512 << 20,
            depth: 200,
            hops: 24,
            references: 400,
            effects: 20_000,
            steps: 200_000,
            text_bytes: 1 << 20,
        }
    }
}

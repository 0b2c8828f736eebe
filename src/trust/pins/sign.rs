//! Signing: with a key file, or by a running ssh-agent.

use std::path::Path;

use ssh_key::public::KeyData;
use ssh_key::{HashAlg, LineEnding, PrivateKey, PublicKey, SshSig};

use super::NAMESPACE;

/// What signs.
pub enum Signer {
    /// A private key in memory.
    Key(Box<PrivateKey>),
    /// An agent that holds the private half of this key.
    #[cfg(unix)]
    Agent(agent::Agent, PublicKey),
}

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The key file cannot be used.
    #[error("{path}: {reason}")]
    Key {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The agent refused or failed.
    #[error("ssh-agent: {0}")]
    Agent(String),
    /// The signature could not be made.
    #[error("signing failed: {0}")]
    Signature(#[from] ssh_key::Error),
}

impl Signer {
    /// Reads a private key, or, given a public key (`….pub`), asks the agent at `socket` for its other half.
    ///
    /// # Errors
    /// When the file is no key, is locked by a passphrase, or no agent can be asked.
    pub fn open(path: &Path, socket: Option<&Path>) -> Result<Self, SignError> {
        let fail = |reason: String| SignError::Key {
            path: path.display().to_string(),
            reason,
        };
        let text = std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
        if let Ok(public) = PublicKey::from_openssh(text.trim()) {
            #[cfg(unix)]
            {
                let socket = socket.ok_or_else(|| {
                    fail("is a public key, and no ssh-agent is running (SSH_AUTH_SOCK)".into())
                })?;
                return Ok(Self::Agent(agent::Agent::new(socket), public));
            }
            #[cfg(not(unix))]
            {
                let _ = (public, socket);
                return Err(fail(
                    "is a public key; signing by an agent works on Unix only".into(),
                ));
            }
        }
        let key = PrivateKey::from_openssh(&text)
            .map_err(|error| fail(format!("is no OpenSSH private key: {error}")))?;
        if key.is_encrypted() {
            return Err(fail(
                "is locked by a passphrase: add it to ssh-agent (`ssh-add`) and name its .pub file".into(),
            ));
        }
        Ok(Self::Key(Box::new(key)))
    }

    /// The public half.
    #[must_use]
    pub fn key(&self) -> &KeyData {
        match self {
            Self::Key(key) => key.public_key().key_data(),
            #[cfg(unix)]
            Self::Agent(_, key) => key.key_data(),
        }
    }

    /// The armoured signature over `message`.
    ///
    /// # Errors
    /// When key or agent cannot sign.
    pub fn sign(&self, message: &[u8]) -> Result<String, SignError> {
        let signature = match self {
            Self::Key(key) => key.sign(NAMESPACE, HashAlg::Sha512, message)?,
            #[cfg(unix)]
            Self::Agent(agent, key) => {
                let data = SshSig::signed_data(NAMESPACE, HashAlg::Sha512, message)?;
                let signature = agent.sign(key, &data)?;
                SshSig::new(key.key_data().clone(), NAMESPACE, HashAlg::Sha512, signature)?
            }
        };
        Ok(signature.to_pem(LineEnding::LF)?)
    }
}

/// The agent's protocol (draft-ietf-sshm-ssh-agent, section 3.6: one question, one answer).
#[cfg(unix)]
pub mod agent {
    use std::io::{Read, Write};
    use std::os::unix::net::UnixStream;
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use ssh_key::{PublicKey, Signature};

    use super::SignError;

    const SIGN_REQUEST: u8 = 13;
    const SIGN_RESPONSE: u8 = 14;
    /// Longest answer; a signature takes a few hundred bytes.
    const MAX_ANSWER: u32 = 64 * 1024;
    /// A person may have to touch a device or answer a question.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// An agent behind a socket.
    pub struct Agent {
        socket: PathBuf,
    }

    impl Agent {
        /// The agent that listens at `socket`.
        #[must_use]
        pub fn new(socket: &Path) -> Self {
            Self {
                socket: socket.to_owned(),
            }
        }

        /// Has the agent sign `data` with the private half of `key`.
        ///
        /// # Errors
        /// When it cannot be reached, does not hold the key, or answers what is no signature.
        pub fn sign(&self, key: &PublicKey, data: &[u8]) -> Result<Signature, SignError> {
            let failed = |error: &dyn std::fmt::Display| SignError::Agent(error.to_string());
            let mut body = vec![SIGN_REQUEST];
            string(&mut body, &key.to_bytes()?);
            string(&mut body, data);
            body.extend_from_slice(&0_u32.to_be_bytes());
            let mut question = vec![];
            string(&mut question, &body);

            let mut stream = UnixStream::connect(&self.socket).map_err(|error| failed(&error))?;
            stream
                .set_read_timeout(Some(PATIENCE))
                .map_err(|error| failed(&error))?;
            stream.write_all(&question).map_err(|error| failed(&error))?;
            let mut length = [0; 4];
            stream.read_exact(&mut length).map_err(|error| failed(&error))?;
            let length = u32::from_be_bytes(length);
            if length > MAX_ANSWER {
                return Err(failed(&"its answer is too long"));
            }
            let mut answer = vec![];
            stream
                .take(u64::from(length))
                .read_to_end(&mut answer)
                .map_err(|error| failed(&error))?;
            let blob = match answer.split_first() {
                Some((&SIGN_RESPONSE, rest)) => rest.get(4..).unwrap_or_default(),
                _ => {
                    return Err(failed(
                        &"it does not hold this key, or refused (`ssh-add -l` lists what it holds)",
                    ));
                }
            };
            Signature::try_from(blob).map_err(SignError::from)
        }
    }

    fn string(out: &mut Vec<u8>, bytes: &[u8]) {
        out.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend_from_slice(bytes);
    }
}

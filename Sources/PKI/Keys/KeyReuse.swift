/// The rule for a public key that a live certificate of another identity has: whoever holds the key holds both identities, and its compromise ends both.
package enum KeyReuse: String, Sendable, CaseIterable { case refuse, warn, allow }

import { CaptureFailed } from '../../../core/errors/registry.ts';
import type { Tool, Work } from '../shared/endings.ts';
import { quotedWords } from '../shared/words.ts';
import { lastWords } from './last-words.ts';
import { verdictOn } from './signatures.ts';

/** BR goes on by its checkpoints, so that a run that was killed is merely begun again. */
export const BR: Tool = {
  lastWords,
  quoted: quotedWords,
  verdictOn,
  secret: { setting: 'reach.tls', holds: 'JSON with "ca", "cert" and "key" in PEM' },
};

export const captureOf = (what: string): Work => ({ what, of: 'capture', failed: CaptureFailed });

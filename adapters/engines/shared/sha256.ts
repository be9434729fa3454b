import { createHash } from 'node:crypto';
import type { Sha256 } from '../../../core/manifest/merkle.ts';

/** Lowercase hex; text is hashed as UTF-8. */
export const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

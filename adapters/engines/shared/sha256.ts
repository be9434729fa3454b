import { hash } from 'node:crypto';
import type { Sha256 } from '../../../core/manifest/merkle.ts';

/** Lowercase hex; text is hashed as UTF-8. */
export const sha256: Sha256 = (bytes) => hash('sha256', bytes, 'hex');

import type { FileWriter } from '../shared/files.ts';

/** What BR needs while it runs, and what tells it that a prefix is taken. A restore reads neither. */
const SCRATCH = /^(backup\.lock$|checkpoints\/)/;

export const BR_FILES: FileWriter = {
  isPart: (name) => !SCRATCH.test(name),
  writes: 'BR',
  otherChecksum: 'a client in TiKV asked for another checksum; leave its checksum settings at their defaults',
};

import { Buffer } from 'node:buffer';
import type { FilesApplication } from '../../embedded/applications/files.ts';
import type { RandomStream } from '../../embedded/random/streams.ts';

/** Names that have broken somebody's backup: S3 takes them all. */
const ODD_NAMES = [
  'with space.txt',
  ' leading and trailing ',
  'plus+plus.txt',
  '100%25 done.txt',
  '%2e%2e%2fescape',
  'a&b=c?d#e.txt',
  'semi;colon,comma:colon.txt',
  'quotes "double" and \'single\'.txt',
  'back\\slash.txt',
  'braces {curly} [square] <angle>.txt',
  'tilde~ back`tick pipe|.txt',
  'ünïcode/ñandú.txt',
  'ünïcode/日本語/ファイル.txt',
  'emoji/🗄️ 🧯.txt',
  // Above U+FFFF and just below: UTF-16 and UTF-8 order them differently.
  'order/\u{1f600}',
  'order/\uff5e',
  'combining/e\u0301.txt',
  'combining/\u00e9.txt',
  'double//slash/file.txt',
  '/leading-slash.txt',
  'dots/../up.txt',
  'dots/./here.txt',
  '.hidden',
  'looks-like/manifest/index.json',
  'looks-like/data/manifest/shard-00000.jsonl.gz',
  'work/not-scratch.txt',
  'folder-marker/',
] as const;

/** 900 bytes of path: with the vault's own prefix in front there is little room left. */
export const DEEP = `${'deep/'.repeat(178)}file.txt`.padEnd(900, 'x');
/** 980 bytes: with a recovery point in front of it too long for a vault, so its place there is hashed. */
export const TOO_LONG_TO_PREFIX = `${'l'.repeat(249)}/`.repeat(4).slice(0, 980);

/** Writes a small folder with every oddity of names and sizes into an application's bucket. */
export function writeOddFiles(files: FilesApplication, chance: RandomStream, plain: number): void {
  for (const name of ODD_NAMES) files.write(name, Buffer.from(`content of ${name}`));
  files.write('empty.txt', Buffer.alloc(0));
  files.write('also empty/but deep/.keep', Buffer.alloc(0));
  files.write(DEEP, Buffer.from('down here'));
  files.write(TOO_LONG_TO_PREFIX, Buffer.from('its place in the vault is hashed'));
  for (let n = 0; n < plain; n++)
    files.write(`plain/${n % 7}/file-${String(n).padStart(3, '0')}.bin`, bytesOf(chance));
}

function bytesOf(chance: RandomStream): Buffer {
  const bytes = Buffer.alloc(chance.between(1, 2_000));
  for (let at = 0; at < bytes.length; at++) bytes[at] = chance.between(0, 255);
  return bytes;
}

import type { CommandLine } from './argv.ts';
import { BrFailure } from './failure.ts';
import type { BrProcess } from './process.ts';
import { type BackupMeta, encodeMeta, readMeta, sha256 } from './snapshot-files.ts';
import { openStorage } from './storage.ts';

/** `debug checksum`: reads every file that the metadata names, without any cluster. */
export async function runChecksum(process: BrProcess, line: CommandLine): Promise<void> {
  const store = await openStorage(process, line, line.text('storage'));
  const { Files } = await readMeta(store);
  for (const [index, file] of Files.entries()) {
    process.outOfMemory(index / Files.length);
    const found = sha256(await store.get(file.name));
    if (found !== file.sha256)
      throw new BrFailure(
        `backup data checksum failed: ${file.name} may be changed\n calculated sha256 is ${found},\n origin sha256 is ${file.sha256}`,
        'BR:Backup:ErrBackupChecksumMismatch',
      );
  }
  process.print('backup data checksum succeed!');
}

const FIELDS: Readonly<Record<string, keyof BackupMeta>> = {
  'start-version': 'StartVersion',
  'end-version': 'EndVersion',
};

/** `debug decode`: one field as its last line, or the whole as a file beside the metadata. */
export async function runDecode(process: BrProcess, line: CommandLine): Promise<void> {
  const store = await openStorage(process, line, line.text('storage'));
  const meta = await readMeta(store);
  const field = line.text('field');
  if (field === undefined || field === '') {
    await store.put('backupmeta.json', encodeMeta(meta));
    process.print(`backupmeta decoded at ${store.uri}/backupmeta.json`);
    return;
  }
  const name = FIELDS[field] ?? field;
  const value = Object.entries(meta).find(([known]) => known === name)?.[1];
  if (value === undefined) process.print(`field '${field}' not found`);
  else process.print(typeof value === 'object' ? JSON.stringify(value) : String(value));
}

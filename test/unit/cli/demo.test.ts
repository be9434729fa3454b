import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demo } from '../../../cli/commands/demo.ts';
import { readFolder } from '../../../cli/demo/folder.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-folder-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the demo refuses, with what it received and what it takes,', () => {
  it.each([
    [['--days', '0'], '--days takes a whole number from 1 to 90; received "0"'],
    [['--days', 'soon'], 'received "soon"'],
    [['--days', '0x2'], 'received "0x2"'],
    [['--seed', '1.5'], '--seed takes a whole number; received "1.5"'],
    [
      ['--data', '/no/such/folder'],
      '--data takes a folder; received "/no/such/folder", which does not exist',
    ],
    [['--data', 'package.json'], 'received "package.json", which is a file'],
    [['--day', '3'], "Unknown option '--day'"],
    [['--days'], "Option '--days <value>' argument missing"],
  ])('%j', async (args, complaint) => {
    const complaints: string[] = [];
    const code = await demo(
      args,
      () => expect.unreachable('it has begun'),
      (line) => complaints.push(line),
    );
    expect(code).toBe(2);
    expect(complaints.join('\n')).toContain(complaint);
  });
});

it('a folder is read with names of every kind, and what cannot be taken is named', () => {
  mkdirSync(join(folder, 'a b', 'ü & 日本'), { recursive: true });
  const keys = ['a b/empty', 'a b/ü & 日本/x+y%z&q=1.txt', 'new\nline'];
  for (const key of keys) writeFileSync(join(folder, key), key === 'a b/empty' ? '' : 'x');
  symlinkSync('.', join(folder, 'loop'));
  const { files, bytes, leftOut } = readFolder(folder);
  expect(files.map(({ key }) => key)).toEqual(keys);
  expect(bytes).toBe(2);
  expect(leftOut).toEqual([`${join(folder, 'loop')}: a link, and links are not followed`]);
});

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { receipts } from '../../../cli/commands/receipts.ts';
import type { VaultView } from '../../../cli/operator/read-vault.ts';
import { printReceipt, publicKeyFile, receiptFile } from '../../../core/receipts/canonical.ts';
import { headOf, type Receipt } from '../../../core/receipts/receipt.ts';
import { instant } from '../../../core/time/instant.ts';
import { MemoryCatalog } from '../../support/memory-catalog.ts';
import { MemoryReceipts } from '../../support/memory-receipts.ts';
import { Signer } from '../../support/receipts.ts';
import { INSTALLATION } from '../../support/task-world.ts';
import { configOf, shell, typed } from './typed.ts';

const NOW = instant(Date.UTC(2026, 10, 21, 12));
const signer = new Signer('memory');
let folder: string;
let written: readonly Receipt[];
let lying: Map<string, string>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'receipts-'));
  const chain = new MemoryReceipts();
  for (const n of [1, 2, 3])
    await chain.write(
      {
        ...{ kind: 'restore', about: `orders-restore-${n}`, cluster: 'orders', outcome: 'passed' },
        ...{ startedAt: '2026-11-21T03:00:00Z', endedAt: '2026-11-21T03:10:00Z', target: 'Ä "quoted"' },
        checks: [],
        ...(n === 2 && {
          steps: [{ name: 'restore', seconds: 600 }],
          log: { chain: '20261101t000000z', until: '2026-11-21T02:59:59Z' },
          late: 'no receipt was written when it ended',
          unknown: ['from where its "log" was to be applied'],
        }),
      },
      NOW,
    );
  written = chain.written;
  lying = new Map([
    [`receipts/${publicKeyFile(signer.arn)}`, signer.pem],
    ...written.map((one) => [`receipts/${receiptFile(one.body.number)}`, printReceipt(one)] as const),
  ]);
});
afterEach(() => rmSync(folder, { recursive: true }));

const vault = async (region: string): Promise<VaultView> => ({
  ...{ region, bucket: 'vault', hasSnapshot: async () => false },
  store: {
    get: async (_, key) => Buffer.from(lying.get(key)!),
    list: async function* () {
      for (const [key, { length: bytes }] of lying) yield { key, bytes, etag: '' };
    },
    versions: async () => ({ versions: [] }),
  },
});
const type = (...args: string[]) =>
  typed(
    receipts,
    args,
    shell(
      configOf(INSTALLATION),
      () => new MemoryCatalog(),
      NOW,
      {},
      vault,
      async () => headOf(written[2]!),
    ),
  );
const head = () => `3:${written[2]!.hash}`;

describe('holdfast receipts', () => {
  test('verifies what lies in the vault against what the catalog announces', async () => {
    const { code, said } = await type('verify');
    expect(code).toBe(0);
    expect(said).toMatch(/^NUMBER +KIND +CLUSTER/);
    expect(said).toContain(`3 receipts follow each other, from 1 to 3 (${written[2]!.hash})`);
    lying.delete(`receipts/${receiptFile(3)}`);
    const cut = await type('verify');
    expect(cut.code).toBe(1);
    expect(cut.said).toContain('cut-off: the chain goes on to number 3');
  });

  test('exports them, and verifies the folder offline with a key that somebody kept', async () => {
    expect((await type('export', '--to', folder)).said).toContain('3 receipts of eu-west-1');
    writeFileSync(join(folder, 'kept.pem'), signer.pem);
    const asked = ['verify', '--dir', folder, '--key', join(folder, 'kept.pem'), '--head', head()];
    expect(await type(...asked)).toMatchObject({ code: 0, complained: '' });
    // The one that took its place is kept beside it.
    writeFileSync(join(folder, 'kept.pem'), new Signer('another').pem + signer.pem);
    expect(await type(...asked)).toMatchObject({ code: 0, complained: '' });
    writeFileSync(join(folder, 'kept.pem'), new Signer('another').pem);
    const { code, said } = await type(...asked, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(said).flaws.map(({ kind }: { kind: string }) => kind)).toEqual(
      Array(3).fill('wrongly-signed'),
    );
  });

  test('finds that a folder is not of the region that was asked for, and shows which receipts were written late', async () => {
    await type('export', '--to', folder);
    const { said } = await type('verify', '--dir', folder);
    expect(said.match(/orders-restore-\d +verified.*/g)?.map((line) => line.replace(/ +/g, ' '))).toEqual([
      'orders-restore-1 verified',
      'orders-restore-2 verified, written late',
      'orders-restore-3 verified',
    ]);
    const elsewhere = await type('verify', '--dir', folder, '--region', 'eu-central-1');
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.said).toContain('- foreign: 000000000001.json is a receipt of eu-west-1');
  });

  test('names the receipt that was changed, and says what it does not know without a head', async () => {
    await type('export', '--to', folder);
    expect((await type('verify', '--dir', folder)).said).toContain('whether more were cut off at the end');
    const file = join(folder, receiptFile(2));
    writeFileSync(file, readFileSync(file, 'utf8').replace('"passed"', '"failed"'));
    const { code, said } = await type('verify', '--dir', folder);
    expect(code).toBe(1);
    expect(said).toMatch(/- changed: 000000000002.json was changed/);
  });

  test('refuses what makes no sense', async () => {
    // An empty folder is no proof of anything.
    for (const args of [
      ['check'],
      ['verify', '--dir', folder],
      ['verify', '--dir', '/no/such'],
      ['verify', '--head', '3'],
      ['export'],
    ])
      expect((await type(...args)).code, args.join(' ')).toBe(2);
  });
});

const page = readFileSync(new URL('../../../docs/receipts.md', import.meta.url), 'utf8');
const script = /```sh audit\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
const tools =
  spawnSync('openssl', ['version']).status === 0 && spawnSync('bash', ['-c', 'true']).status === 0;
if (!tools) console.warn('skipped: openssl or bash is not on this machine');

describe.skipIf(!tools)('the commands of docs/receipts.md, with openssl alone', () => {
  const audit = () => spawnSync('bash', ['-c', script], { cwd: folder, encoding: 'utf8' });

  test('take a chain that nobody touched', async () => {
    await type('export', '--to', folder);
    const { status, stdout, stderr } = audit();
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout.trim().split('\n').at(-1)).toBe(
      `3 receipts verified, the last has hash ${written[2]!.hash}`,
    );
  });

  test.each([
    [
      'is another region’s',
      () => {
        const { body } = written[2]!;
        const other = signer.sign({ ...body, region: 'eu-central-1' });
        writeFileSync(join(folder, receiptFile(3)), printReceipt(other));
      },
    ],
    [
      'was changed',
      () =>
        writeFileSync(
          join(folder, receiptFile(2)),
          lying.get(`receipts/${receiptFile(2)}`)!.replace('"passed"', '"failed"'),
        ),
    ],
    ['was removed', () => rmSync(join(folder, receiptFile(2)))],
    [
      'was swapped',
      () =>
        execFileSync(
          'bash',
          ['-c', `mv ${receiptFile(1)} x; mv ${receiptFile(2)} ${receiptFile(1)}; mv x ${receiptFile(2)}`],
          { cwd: folder },
        ),
    ],
  ])('find a receipt that %s', async (_, harm) => {
    await type('export', '--to', folder);
    harm();
    expect(audit().status).not.toBe(0);
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { InvalidInput } from '../../core/errors/registry.ts';
import { numberOfFile } from '../../core/receipts/canonical.ts';
import { type Head, lateness } from '../../core/receipts/receipt.ts';
import type { Chain } from '../../core/receipts/verify-chain.ts';
import { command, EXIT, type Request, required } from '../operator/command.ts';
import type { Answer, Operator } from '../operator/operator.ts';
import { readFolder, readVaultReceipts, verifyFiles, writeFolder } from '../operator/receipts.ts';
import { table } from '../output/table.ts';

const HELP = `holdfast receipts verify [--dir <folder>]: whether the receipts of a region are one chain, whole and signed
holdfast receipts export --to <folder>: copies them out of the vault, with the public keys that verify them

  --dir <folder>      verify what was exported, without any access to the account
  --key <file>        the public key in PEM, as you keep it yourself, with those that it replaced; without it, the ones that
                      lie beside the receipts
  --head <n>:<hash>   the newest receipt's number and hash, as an event announced them; without --dir, the catalog's
  --region <region>   whose receipts (default: AWS_REGION if it is one of the installation's, else the primary; of a folder
                      that of its first receipt)
  --json              for machines

Exit code 1 when a receipt was changed, removed, moved, cut off, or is another region's or signed by another key. docs/receipts.md says how to
verify them with openssl alone.`;

export const receipts = command({
  name: 'receipts',
  help: HELP,
  operands: [1, 1],
  options: {
    region: { type: 'string' },
    dir: { type: 'string' },
    key: { type: 'string' },
    head: { type: 'string' },
    to: { type: 'string' },
  },
  work: async (request, operator) => {
    const [act] = request.operands;
    if (act === 'verify') return verified(request, operator);
    if (act === 'export') return exported(request, operator);
    throw new InvalidInput(`it takes verify or export; received ${JSON.stringify(act)}`);
  },
});

async function verified({ values }: Request, { region, vault, newestReceipt }: Operator): Promise<Answer> {
  const { dir, key, head, region: asked } = values as Readonly<Record<string, string | undefined>>;
  const files = dir === undefined ? await readVaultReceipts(await vault(region)) : readFolder(dir);
  const expected = head === undefined && dir === undefined ? await newestReceipt(region) : headIn(head);
  if (key !== undefined && !existsSync(key))
    throw new InvalidInput(`--key is ${JSON.stringify(key)}, and there is no such file`);
  if (dir !== undefined && !files.some(({ name }) => numberOfFile(name) !== undefined))
    throw new InvalidInput(`--dir is ${JSON.stringify(dir)}, and no receipt lies there`);
  const pem = key === undefined ? undefined : readFileSync(key, 'utf8');
  // A folder is of the region that it was exported from, which this installation's configuration does not tell.
  const chain = verifyFiles(files, pem, { head: expected, region: dir === undefined ? region : asked });
  const { flaws } = chain;
  return {
    json: { receipts: chain.receipts.map(({ body }) => body), head: chain.head, expected, flaws },
    lines: [...listed(chain), ...judged(chain, key, expected)],
    code: flaws.length > 0 ? EXIT.refused : EXIT.ok,
  };
}

function listed({ receipts, flaws }: Chain): string[] {
  const wrong = new Map(flaws.map(({ number, kind }) => [number, kind]));
  const rows = receipts.map((receipt) => {
    const { number, kind, cluster, outcome, endedAt, about } = receipt.body;
    const sound = lateness(receipt) === undefined ? 'verified' : 'verified, written late';
    return [String(number), kind, cluster, outcome, endedAt, about, wrong.get(number) ?? sound];
  });
  return rows.length === 0
    ? []
    : table([['NUMBER', 'KIND', 'CLUSTER', 'OUTCOME', 'ENDED AT', 'ABOUT', 'RECEIPT'], ...rows]);
}

function judged(
  { receipts, flaws, head }: Chain,
  key: string | undefined,
  expected: Head | undefined,
): string[] {
  if (flaws.length > 0)
    return [
      '',
      `the chain is broken, in ${flaws.length} places:`,
      ...flaws.map((flaw) => `- ${flaw.kind}: ${flaw.sentence}`),
    ];
  if (!head) return ['there are no receipts'];
  return [
    '',
    `${receipts.length} receipts follow each other, from 1 to ${head.number} (${head.hash})`,
    ...(expected
      ? []
      : ['whether more were cut off at the end is not known: --head takes the newest that was announced']),
    ...(key === undefined
      ? ['the keys are the ones that lie beside the receipts; --key takes one that you keep yourself']
      : []),
  ];
}

function headIn(text: string | undefined): Head | undefined {
  if (text === undefined) return undefined;
  const [, number, hash] = /^(\d{1,12}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (number === undefined || hash === undefined)
    throw new InvalidInput(
      `--head takes <number>:<hash>, the hash in 64 hex digits; received ${JSON.stringify(text)}`,
    );
  return { number: Number(number), hash };
}

async function exported(request: Request, { region, vault }: Operator): Promise<Answer> {
  const to = required(request, 'to', 'a folder');
  const files = await readVaultReceipts(await vault(region));
  writeFolder(to, files);
  const count = files.filter(({ name }) => numberOfFile(name) !== undefined).length;
  return {
    json: { folder: to, files: files.map(({ name }) => name) },
    lines: [`${count} receipts of ${region} are in ${to}, with ${files.length - count} public keys`],
  };
}

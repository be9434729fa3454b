import { readFileSync } from 'node:fs';
import { days } from '../../core/time/instant.ts';
import { receiptsKeyAliasArn } from '../names.ts';
import type { Site } from './settings.ts';

/** Without a vault lock, receipts are locked for so long: an audit looks back over a year, and takes its time. */
const RECEIPT_DAYS = 400;

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** What signs receipts in a region, how long nobody can take them away, and what made them. */
export const receiptSettings = ({ installation: { vaultLock }, account, region }: Site) => ({
  key: receiptsKeyAliasArn(account, region),
  mode: vaultLock?.mode === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE',
  days: vaultLock ? vaultLock.retain / days(1) : RECEIPT_DAYS,
  versions: { holdfast: version },
});

import { hours, later, minutes, seconds } from '../../../core/time/instant.ts';
import type { TidbCluster } from '../cluster.ts';
import type { TidbFleet } from '../fleet.ts';
import type { CommandLine } from './argv.ts';
import { BrFailure } from './failure.ts';
import type { BrProcess } from './process.ts';

/** How long BR waits for an address that does not answer. */
const PD_TIMEOUT = seconds(30);
const DIAL = seconds(1);
/** A task role's credentials, lent to stores, are not renewed there: they end within six hours. */
const LENT_FOR = hours(6);
/** As long as this after its last sign of life a restore counts as running. */
export const IMPORT_TTL = minutes(3);

/** Reaches the cluster that `--pd` names, or fails as the tool does when nothing answers. */
export async function connect(process: BrProcess, line: CommandLine, fleet: TidbFleet): Promise<TidbCluster> {
  if (line.yes('send-credentials-to-tikv')) process.lentUntil = later(process.startedAt, LENT_FOR);
  const addresses = line.list('pd');
  const material = readTls(process, line);
  for (const address of addresses) {
    const cluster = fleet.at(process.run.region, address);
    if (!cluster || !reaches(process, cluster)) {
      await process.sleep(PD_TIMEOUT);
      continue;
    }
    await process.sleep(DIAL);
    if (cluster.isDark || cluster.faults.pdUnreachable(cluster.name)) {
      await process.sleep(PD_TIMEOUT);
      continue;
    }
    if (trusts(cluster, material)) return cluster;
  }
  throw new BrFailure(
    `pd address (${addresses.join(',')}) not available, please check network`,
    'BR:PD:ErrPDUpdateFailed',
  );
}

/** A cluster that was reached once may be gone the next time that BR needs it. */
export function stillThere(line: CommandLine, cluster: TidbCluster): void {
  if (cluster.isDark || cluster.faults.pdUnreachable(cluster.name))
    throw new BrFailure(
      `pd address (${line.list('pd').join(',')}) not available, please check network`,
      'BR:PD:ErrPDUpdateFailed',
    );
}

function reaches(process: BrProcess, cluster: TidbCluster): boolean {
  const { reachableFrom } = cluster.options;
  return (
    reachableFrom === undefined ||
    process.run.network.securityGroups.some((group) => reachableFrom.includes(group))
  );
}

interface Tls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

function readTls(process: BrProcess, line: CommandLine): Tls | undefined {
  if (!line.has('ca')) {
    if (line.has('cert') || line.has('key'))
      throw new BrFailure('a certificate needs --ca besides --cert and --key');
    return undefined;
  }
  const read = (flag: keyof Tls): string => {
    const path = line.text(flag);
    if (path === undefined) return '';
    const text = process.file(path);
    if (text === undefined) throw new BrFailure(`open ${path}: no such file or directory`);
    return text;
  };
  return { ca: read('ca'), cert: read('cert'), key: read('key') };
}

function trusts(cluster: TidbCluster, brought: Tls | undefined): boolean {
  const { tls } = cluster.options;
  if (!tls || !brought) return tls === brought;
  return tls.ca === brought.ca && tls.cert === brought.cert && tls.key === brought.key;
}

import type { z } from 'zod';
import type { Cluster, Installation } from '../../core/plan/installation.ts';
import { turned } from '../../core/plan/turned.ts';
import { MACHINES, type MachineName } from '../../workflows/index.ts';
import { BUS, CATALOG_TABLE, landingName, machineArn, vaultKeyAliasArn, vaultName } from '../names.ts';
import { keepsLogs } from './logs.ts';
import { receiptSettings } from './receipts.ts';

/** Where a control stack stands and what it serves. */
export interface Site {
  readonly installation: Installation;
  readonly account: string;
  readonly region: string;
}

export const isPrimary = ({ installation, region }: Site): boolean => region === installation.regions.primary;

/** The site as what captures there sees it while it is the active side of a group; undefined where no group goes. */
export function turnedSite(site: Site): Site | undefined {
  const installation = isPrimary(site) ? undefined : turned(site.installation, site.region);
  return installation && { ...site, installation };
}

/** The clusters that are protected here, as they are when they are: at home all, elsewhere those of groups that go there. */
export const protectedAt = (site: Site): readonly Cluster[] =>
  (isPrimary(site) ? site : turnedSite(site))?.installation.clusters ?? [];

export const isProtectedAt = (site: Site, cluster: string): boolean =>
  protectedAt(site).some(({ name }) => name === cluster);

/** Whether recovery points are ever taken here. */
export const captures = (site: Site): boolean => isPrimary(site) || turnedSite(site) !== undefined;

export const regionsOf = ({ regions }: Installation): readonly string[] => [
  regions.primary,
  ...regions.recovery,
];

/** The regions that may have taken over from this one, or be taken back from. */
export const otherSides = (site: Site): readonly string[] =>
  isPrimary(site) ? [...new Set(site.installation.groups.map(({ to }) => to))] : [];

/** Every variable that a function may ask for in its env schema. */
export interface Settings {
  readonly ACCOUNT: string;
  readonly CONFIG_BUCKET: string;
  readonly CONFIG_KEY: string;
  readonly CATALOG_TABLE: string;
  /** Regions that a group may be active in, beside this one, as JSON. */
  readonly SIDES: string;
  readonly BUS_NAME: string;
  readonly VAULTS: string;
  readonly VAULT_KEYS: string;
  readonly MACHINES: string;
  readonly RESTORE_BUCKET: string;
  readonly LANDINGS: string;
  readonly HOME_REGION: string;
  readonly ROLE: 'primary' | 'recovery';
  /** What signs receipts here, how long they are locked, and what makes them, as JSON. */
  readonly RECEIPTS: string;
  /** What a function in a cluster's network reaches there, as JSON. Each of them has its own, and no other has any. */
  readonly REACH: string;
}

const json = <Key extends string>(keys: readonly Key[], value: (key: Key) => string): string =>
  JSON.stringify(Object.fromEntries(keys.map((key) => [key, value(key)])));

/** The machines that run in a region. Captures and copies read the clusters, so they run where those are, or may come. */
export const machinesAt = (site: Site): readonly MachineName[] =>
  (Object.keys(MACHINES) as MachineName[]).filter(
    (machine) =>
      (isPrimary(site) || EVERYWHERE.has(machine) || (TURNED.has(machine) && captures(site))) &&
      (machine !== 'supervise' || keepsLogs(site)) &&
      (!MOVES.has(machine) || takesOver(site)),
  );

/** Whether a group goes here when the region where it is at home is lost. */
export const takesOver = ({ installation, region }: Site): boolean =>
  installation.groups.some(({ to }) => to === region);

/** Machines of the region that takes over, and of no other. */
const MOVES: ReadonlySet<MachineName> = new Set(['failback', 'failover', 'switchover']);

/** Machines that work with the installation turned round, where they are deployed away from home. */
export const TURNED: ReadonlySet<MachineName> = new Set(['backup', 'copy']);

/** What a recovery region needs to be complete by itself. */
const EVERYWHERE: ReadonlySet<MachineName> = new Set([
  'answer',
  'drill',
  'expire',
  'failback',
  'failover',
  'reconcile',
  'restore',
  'supervise',
  'switchover',
  'verify',
]);

export function settingsOf(site: Site, config: { readonly bucket: string; readonly key: string }): Settings {
  const { installation, account, region } = site;
  const regions = regionsOf(installation);
  return {
    ACCOUNT: account,
    CONFIG_BUCKET: config.bucket,
    CONFIG_KEY: config.key,
    CATALOG_TABLE,
    SIDES: JSON.stringify(otherSides(site)),
    BUS_NAME: BUS,
    VAULTS: json(regions, (name) => vaultName(account, name)),
    VAULT_KEYS: json(regions, (name) => vaultKeyAliasArn(account, name)),
    MACHINES: json(machinesAt(site), (machine) => machineArn(account, region, machine)),
    RESTORE_BUCKET: landingName(account, region),
    LANDINGS: json(regions, (name) => landingName(account, name)),
    HOME_REGION: installation.regions.primary,
    ROLE: isPrimary(site) ? 'primary' : 'recovery',
    RECEIPTS: JSON.stringify(receiptSettings(site)),
    REACH: JSON.stringify({ services: {} }),
  };
}

/** What brings clusters back where the other regions may be gone, and is told of nothing that lies there. */
const ALONE: ReadonlySet<string> = new Set(['failover', 'restore', 'answer']);

/** The settings of a machine's functions: away from home, what restores knows of this region alone. */
export function settingsFor(machine: string, settings: Settings, site: Site): Settings {
  if (isPrimary(site) || !ALONE.has(machine)) return settings;
  const { account, region } = site;
  return {
    ...settings,
    VAULTS: json([region], (name) => vaultName(account, name)),
    VAULT_KEYS: json([region], (name) => vaultKeyAliasArn(account, name)),
    LANDINGS: json([region], (name) => landingName(account, name)),
  };
}

/** Lambda sets these itself and refuses to have them set. */
type SetByLambda = 'AWS_REGION';
const SET_BY_LAMBDA: ReadonlySet<string> = new Set<SetByLambda>(['AWS_REGION']);

export type Variables<Env extends z.ZodObject> = Omit<z.input<Env>, SetByLambda>;

/** An env schema whose variables are all among the settings, in the type that it asks for. */
export type Deployable<Env extends z.ZodObject> = Settings extends Variables<Env> ? Env : never;

/** The settings that a schema names, and no other. A schema that names one nobody sets does not compile. */
export function variablesOf<Env extends z.ZodObject>(
  env: Deployable<Env>,
  settings: Settings,
): Variables<Env> {
  const names = Object.keys(env.shape).filter((name) => !SET_BY_LAMBDA.has(name));
  return Object.fromEntries(names.map((name) => [name, settings[name as keyof Settings]])) as Variables<Env>;
}

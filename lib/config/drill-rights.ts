import type { TaskName } from '../../workflows/contracts/tasks.ts';
import { denyPrimary } from '../access/deny-primary.ts';
import { stopContainers } from './container-rights.ts';
import { speakToTarget } from './doris-rights.ts';
import { type Grant, may } from './grant.ts';
import { speakToMilvus } from './milvus-rights.ts';
import { writeReceipts } from './receipt-rights.ts';

type DrillTask = Extract<
  TaskName,
  | 'ResolveDrill'
  | 'ProvePrimaryDenied'
  | 'CompareDrill'
  | 'TearDownDrill'
  | 'RecordDrill'
  | 'StartDrills'
  | 'SweepDrills'
>;

const readConfiguration: Grant = (estate, role) => estate.grantConfiguration(role);
const announce: Grant = (estate, role) => estate.grantAnnounce(role);
const readCatalog: Grant = ({ catalog }, role) => catalog.grantRead(role);
const find: Grant = ({ catalog }, role) => catalog.grantFind(role);
const record: Grant = ({ catalog }, role) => catalog.grantRecordRestore(role);
const startDrills: Grant = (estate, role) => estate.grantStart(role, 'drill');

/**
 * What restores in a recovery region is denied everything in the primary, always: so every restore there is one without
 * the primary, and a drill proves it.
 */
export const withoutPrimary =
  (grant: Grant): Grant =>
  (estate, role) => {
    grant(estate, role);
    if (!estate.isPrimary) denyPrimary(role, estate.primary);
  };

export const lookIntoFilled: Grant = ({ reach }, role) => reach.grantLookIntoFilled(role);

/** Removes what carries a drill's name or tag, by engine, and nothing else. */
const tearDown: Grant = may(
  readConfiguration,
  record,
  find,
  announce,
  writeReceipts,
  ({ sources }, role) => sources.grantTearDown(role),
  ({ snapshots }, role) => snapshots.grantTearDown(role),
  ({ volumes }, role) => volumes.grantTearDown(role),
  stopContainers,
  speakToTarget,
  speakToMilvus,
  lookIntoFilled,
);

/** Copies that a drill found altered are set aside by the primary, which writes their records. */
const setAside: Grant = ({ catalog, isPrimary }, role) => {
  if (isPrimary) catalog.grantAdvance(role);
};

/** What the tasks of a drill may do. */
export const DRILL_RIGHTS: Readonly<Record<DrillTask, Grant>> = {
  ResolveDrill: withoutPrimary(may(readConfiguration, record, find)),
  // It would be allowed what it asks for: only the deny is in its way, so that its refusal shows the deny.
  ProvePrimaryDenied: withoutPrimary(({ homeVault }, role) => homeVault.grantLook(role)),
  CompareDrill: withoutPrimary(
    may(
      readConfiguration,
      readCatalog,
      ({ vault }, role) => vault.grantReadManifests(role),
      ({ sources }, role) => sources.grantReadRestored(role),
    ),
  ),
  TearDownDrill: withoutPrimary(tearDown),
  RecordDrill: withoutPrimary(may(record, find, announce, writeReceipts)),
  StartDrills: may(readConfiguration, startDrills),
  SweepDrills: withoutPrimary(may(tearDown, setAside)),
};

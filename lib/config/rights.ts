import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { TaskName } from '../../workflows/contracts/tasks.ts';
import type { Estate } from '../access/estate.ts';

type Grant = (estate: Estate, role: IRole) => void;

/** What one task needs is what its steps need together. */
const may =
  (...grants: readonly Grant[]): Grant =>
  (estate, role) => {
    for (const grant of grants) grant(estate, role);
  };

const readConfiguration: Grant = (estate, role) => estate.grantConfiguration(role);
const announce: Grant = (estate, role) => estate.grantAnnounce(role);

const readCatalog: Grant = ({ catalog }, role) => catalog.grantRead(role);
const open: Grant = ({ catalog }, role) => catalog.grantOpen(role);
const advance: Grant = ({ catalog }, role) => catalog.grantAdvance(role);
const recordRestore: Grant = ({ catalog }, role) => catalog.grantRecordRestore(role);
const findDue: Grant = ({ catalog }, role) => catalog.grantFindDue(role);
const retire: Grant = ({ catalog }, role) => catalog.grantRetire(role);

const readManifests: Grant = ({ vault }, role) => vault.grantReadManifests(role);
const writeManifests: Grant = ({ vault }, role) => vault.grantWriteManifests(role);
const storeItems: Grant = ({ vault }, role) => vault.grantStoreItems(role);
const checkItems: Grant = ({ vault }, role) => vault.grantCheckItems(role);
const readItems: Grant = ({ vault }, role) => vault.grantReadItems(role);
const readNotes: Grant = ({ vault }, role) => vault.grantReadNotes(role);
const keepNotes: Grant = ({ vault }, role) => vault.grantNotes(role);
const abandonCaptures: Grant = (estate, role) => estate.grantAbandonCaptures(role);
const discardItems: Grant = ({ vault }, role) => vault.grantDiscard(role);

const writeManifestsThere: Grant = ({ recoveryVaults }, role) => {
  for (const vault of recoveryVaults) vault.grantWriteManifests(role);
};
const storeItemsThere: Grant = ({ recoveryVaults }, role) => {
  for (const vault of recoveryVaults) vault.grantStoreItems(role);
};

const startBackups: Grant = (estate, role) => estate.grantStart(role, 'backup');
const explainBackups: Grant = (estate, role) => estate.grantExplain(role, 'backup');
const explainCopies: Grant = (estate, role) => estate.grantExplain(role, 'copy');
const explainRestores: Grant = (estate, role) => estate.grantExplain(role, 'restore');
const mendCopies: Grant = (estate, role) => estate.grantMendCopies(role);
const survey: Grant = (estate, role) => estate.grantSurvey(role);
const startCopies: Grant = (estate, role) => estate.grantStart(role, 'copy');

const listSources: Grant = ({ sources }, role) => sources.grantList(role);
const readSources: Grant = ({ sources }, role) => sources.grantReadVersions(role);
const lookAtTargets: Grant = ({ sources }, role) => sources.grantLookAtTargets(role);
const restoreObjects: Grant = ({ sources }, role) => sources.grantRestoreInto(role);

const describeClusters: Grant = ({ snapshots }, role) => snapshots.grantDescribe(role);
const takeSnapshots: Grant = ({ snapshots }, role) => snapshots.grantTake(role);
const describeCopies: Grant = (estate, role) => estate.grantDescribeCopies(role);
const copySnapshots: Grant = (estate, role) => estate.grantSnapshotCopies(role);
const restoreClusters: Grant = ({ snapshots }, role) => snapshots.grantRestore(role);
const addInstances: Grant = ({ snapshots }, role) => snapshots.grantAddInstances(role);
const discardSnapshots: Grant = ({ snapshots }, role) => snapshots.grantDiscard(role);
const removeSnapshots: Grant = ({ snapshots }, role) => snapshots.grantRemove(role);

/** What each task may do, in the words of its work. One role each; a synth test lists what comes of it. */
export const RIGHTS: Readonly<Record<TaskName, Grant>> = {
  CaptureRecoveryPoint: may(
    readConfiguration,
    open,
    advance,
    listSources,
    writeManifests,
    describeClusters,
    takeSnapshots,
  ),
  PollCapture: may(readConfiguration, advance, listSources, writeManifests, describeClusters),
  CaptureShard: may(readConfiguration, readCatalog, readSources, storeItems),
  VerifyRecoveryPoint: may(readConfiguration, advance, checkItems, writeManifests, describeClusters),
  SealRecoveryPoint: may(readConfiguration, open, advance, announce),
  StartCopies: may(readConfiguration, readCatalog, startCopies),
  QuarantineRecoveryPoint: may(advance, announce),
  DiscardPartialCapture: may(readConfiguration, advance, announce, abandonCaptures, explainBackups),

  BeginCopy: may(readConfiguration, open, advance, readManifests, writeManifestsThere, copySnapshots),
  PollCopy: may(readConfiguration, advance, readManifests, writeManifestsThere, copySnapshots),
  CopyShard: may(readConfiguration, readCatalog, readItems, storeItemsThere),
  ProveCopy: may(readConfiguration, advance, announce, readManifests, writeManifestsThere, describeCopies),
  FailCopy: may(advance, announce, explainCopies),

  DecideExpiry: may(readConfiguration, retire, findDue, announce, keepNotes),
  RequestExpiry: may(readConfiguration, advance, announce, readNotes),
  DiscardExpired: may(readConfiguration, retire, findDue, announce, discardItems, discardSnapshots),
  FailExpiry: announce,

  SurveyRegion: may(readConfiguration, readCatalog, keepNotes, survey),
  DiscardUnclaimed: may(readCatalog, announce, discardItems, removeSnapshots),
  MendRecords: may(readNotes, announce, mendCopies),
  ConcludeReconciliation: may(keepNotes, announce),
  FailReconciliation: announce,

  ResolveRestore: may(readConfiguration, readCatalog, describeClusters),
  PreflightRestore: may(readConfiguration, readCatalog, readManifests, lookAtTargets, describeClusters),
  BeginRestore: may(readConfiguration, recordRestore, readManifests, restoreClusters),
  PollRestore: may(readConfiguration, readCatalog, readManifests, addInstances),
  RestoreShard: may(readConfiguration, readCatalog, readItems, restoreObjects),
  ValidateRestore: may(readConfiguration, readCatalog, readManifests, lookAtTargets, describeClusters),
  RecordRestore: may(recordRestore, announce),
  FailRestore: may(recordRestore, announce, explainRestores),

  StartBackups: may(readConfiguration, startBackups),
  CloseStoppedExecution: may(readConfiguration, advance, recordRestore, announce, abandonCaptures),
  WatchObjectives: may(readConfiguration, readCatalog, announce, keepNotes),
};

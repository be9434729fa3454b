import type { TaskName } from '../../workflows/contracts/tasks.ts';
import type { Sight } from '../access/snapshot-access.ts';
import type { VolumeSight } from '../access/volume-access.ts';
import { APPROVAL_RIGHTS } from './approval-rights.ts';
import { followCaptures, followContainers, startContainers, stopContainers } from './container-rights.ts';
import { followBackups, speakToSource, speakToTarget, takeTurns } from './doris-rights.ts';
import { DRILL_RIGHTS, withoutPrimary } from './drill-rights.ts';
import { FAILBACK_RIGHTS } from './failback-rights.ts';
import { endMoves, FAILOVER_RIGHTS } from './failover-rights.ts';
import { type Grant, inPrimary, may, there, whereCaptured } from './grant.ts';
import { HEARTBEAT_RIGHTS } from './heartbeat-rights.ts';
import { LOG_RIGHTS, watchLogs } from './log-rights.ts';
import { readMilvusMeta, speakToMilvus } from './milvus-rights.ts';
import { askMoves, bringHome, lookIntoHeld } from './move-rights.ts';
import { writeReceipts } from './receipt-rights.ts';
import { STANDBY_RIGHTS } from './standby-rights.ts';
import { VERIFY_RIGHTS } from './verify-rights.ts';
import { WATCH_RIGHTS } from './watch-rights.ts';

const readConfiguration: Grant = (estate, role) => estate.grantConfiguration(role);
/** What a scheduled job reads before it begins: the configuration, and which sides are the true ones. */
const lookFirst = may(readConfiguration, ({ catalog }, role) => catalog.grantAskSides(role));
const announce: Grant = (estate, role) => estate.grantAnnounce(role);

const readCatalog: Grant = ({ catalog }, role) => catalog.grantRead(role);
const find: Grant = ({ catalog }, role) => catalog.grantFind(role);
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
const leaveNotes: Grant = ({ vault }, role) => vault.grantLeaveNotes(role);
const keepNotes: Grant = ({ vault }, role) => vault.grantNotes(role);
const abandonCaptures: Grant = (estate, role) => estate.grantAbandonCaptures(role);
const discardItems: Grant = ({ vault }, role) => {
  vault.grantReadManifests(role);
  vault.grantHide(role);
};

const writeManifestsThere = there((vault, role) => vault.grantWriteManifests(role));
const planThere = there((vault, role) => vault.grantLeaveNotes(role));
const readPlanThere = there((vault, role) => vault.grantReadNotes(role));
const storeItemsThere = there((vault, role) => vault.grantStoreItems(role));

const explainBackups: Grant = (estate, role) => estate.grantExplain(role, 'backup');
const explainCopies: Grant = (estate, role) => estate.grantExplain(role, 'copy');
const explainRestores: Grant = (estate, role) => estate.grantExplain(role, 'restore');
const mendCopies: Grant = (estate, role) => estate.grantMendCopies(role);
const startCopies: Grant = (estate, role) => estate.grantStart(role, 'copy');

const listSources: Grant = ({ sources }, role) => sources.grantList(role);
const readSources: Grant = ({ sources }, role) => sources.grantReadVersions(role);
const lookAtTargets: Grant = ({ sources }, role) => sources.grantLookAtTargets(role);
const restoreObjects: Grant = ({ sources }, role) => sources.grantRestoreInto(role);

const see =
  (...what: readonly Sight[]): Grant =>
  ({ snapshots }, role) =>
    snapshots.grantSee(role, what);
const seeVolumes =
  (...what: readonly VolumeSight[]): Grant =>
  ({ volumes }, role) =>
    volumes.grantSee(role, what);
const takeSnapshots: Grant = ({ snapshots }, role) => snapshots.grantTake(role);
const takeVolumes: Grant = ({ volumes }, role) => volumes.grantTake(role);
const seeCopies: Grant = (estate, role) => estate.grantSeeCopies(role);
const copySnapshots: Grant = (estate, role) => estate.grantSnapshotCopies(role);
const restoreClusters: Grant = ({ snapshots }, role) => snapshots.grantRestore(role);
const restoreVolumes: Grant = ({ volumes }, role) => volumes.grantRestore(role);
const addInstances: Grant = ({ snapshots }, role) => snapshots.grantAddInstances(role);
const endRestores = may(stopContainers, speakToTarget);
const discardVolumes: Grant = ({ volumes }, role) => volumes.grantDiscard(role);
const discardSnapshots = may(({ snapshots }, role) => snapshots.grantDiscard(role), discardVolumes);

/** What each task may do, in the words of its work. One role each; a synth test lists what comes of it. */
export const RIGHTS: Readonly<Record<TaskName, Grant>> = {
  CaptureRecoveryPoint: may(
    readConfiguration,
    open,
    find,
    advance,
    listSources,
    writeManifests,
    keepNotes,
    see('clusters', 'instances', 'snapshots', 'parameterGroups', 'parameters'),
    takeSnapshots,
    seeVolumes('instances', 'volumes'),
    takeVolumes,
    startContainers,
    speakToSource,
  ),
  // It begins a capture, too, that had to wait for its turn.
  PollCapture: may(
    readConfiguration,
    find,
    advance,
    listSources,
    writeManifests,
    keepNotes,
    see('snapshots'),
    takeVolumes,
    discardVolumes,
    followCaptures,
    followBackups,
  ),
  CaptureShard: may(readConfiguration, readCatalog, readSources, storeItems),
  VerifyRecoveryPoint: may(
    readConfiguration,
    advance,
    checkItems,
    writeManifests,
    readNotes,
    see('snapshots'),
    seeVolumes('snapshots'),
    readMilvusMeta,
  ),
  SealRecoveryPoint: may(readConfiguration, open, find, advance, announce),
  StartCopies: may(readConfiguration, readCatalog, startCopies),
  QuarantineRecoveryPoint: may(advance, announce),
  DiscardPartialCapture: may(readConfiguration, advance, announce, abandonCaptures, explainBackups),

  BeginCopy: may(
    readConfiguration,
    open,
    find,
    advance,
    readManifests,
    writeManifestsThere,
    planThere,
    copySnapshots,
  ),
  PollCopy: may(
    readConfiguration,
    find,
    advance,
    readManifests,
    writeManifestsThere,
    planThere,
    copySnapshots,
  ),
  CopyShard: may(readConfiguration, readCatalog, find, readItems, storeItemsThere),
  ProveCopy: may(
    readConfiguration,
    find,
    advance,
    announce,
    readManifests,
    writeManifestsThere,
    readPlanThere,
    seeCopies,
  ),
  FailCopy: may(advance, announce, explainCopies),

  DecideExpiry: inPrimary(may(lookFirst, find, retire, findDue, announce, leaveNotes)),
  RequestExpiry: inPrimary(may(readConfiguration, find, advance, announce, readNotes)),
  DiscardExpired: may(lookFirst, find, retire, findDue, announce, discardItems, discardSnapshots),
  FailExpiry: announce,

  SurveyRegion: may(lookFirst, readCatalog, find, keepNotes, (estate, role) => estate.grantSurvey(role)),
  DiscardUnclaimed: may(readCatalog, find, announce, readNotes, discardItems, discardSnapshots),
  MendRecords: may(readNotes, announce, mendCopies),
  ConcludeReconciliation: may(leaveNotes, announce),
  FailReconciliation: announce,

  ResolveRestore: withoutPrimary(
    may(readConfiguration, readCatalog, find, inPrimary(see('clusters')), speakToSource, watchLogs, askMoves),
  ),
  PreflightRestore: withoutPrimary(
    may(
      readConfiguration,
      recordRestore,
      readManifests,
      lookAtTargets,
      see('clusters', 'snapshots', 'offers'),
      seeVolumes('snapshots', 'zones'),
      speakToTarget,
      lookIntoHeld,
    ),
  ),
  BeginRestore: withoutPrimary(
    may(
      readConfiguration,
      recordRestore,
      readManifests,
      see('clusters', 'snapshots', 'parameterGroups'),
      restoreClusters,
      seeVolumes('snapshots', 'volumes'),
      restoreVolumes,
      startContainers,
      endRestores,
      speakToMilvus,
    ),
  ),
  PollRestore: withoutPrimary(
    may(
      readConfiguration,
      readCatalog,
      readManifests,
      see('clusters', 'instances', 'tags'),
      addInstances,
      seeVolumes('volumes'),
      followContainers,
      endRestores,
      takeTurns,
      speakToMilvus,
      bringHome,
    ),
  ),
  RestoreShard: withoutPrimary(may(readConfiguration, readCatalog, readItems, restoreObjects)),
  ValidateRestore: withoutPrimary(
    may(
      readConfiguration,
      readCatalog,
      readManifests,
      lookAtTargets,
      see('clusters', 'instances', 'tags'),
      seeVolumes('snapshots', 'volumes'),
      speakToTarget,
      speakToMilvus,
    ),
  ),
  RecordRestore: withoutPrimary(may(writeReceipts, announce)),
  FailRestore: withoutPrimary(may(readConfiguration, writeReceipts, announce, endRestores, explainRestores)),

  ...VERIFY_RIGHTS,
  ...APPROVAL_RIGHTS,
  ...LOG_RIGHTS,
  ...FAILOVER_RIGHTS,
  ...FAILBACK_RIGHTS,
  ...DRILL_RIGHTS,
  ...HEARTBEAT_RIGHTS,
  ...STANDBY_RIGHTS,
  ...WATCH_RIGHTS,

  CloseStoppedExecution: may(
    readConfiguration,
    whereCaptured(may(advance, abandonCaptures)),
    endRestores,
    endMoves,
    writeReceipts,
    announce,
  ),
};

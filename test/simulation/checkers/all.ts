import { Announced } from './announced.ts';
import { BinKeepsItsTime } from './bin-keeps-its-time.ts';
import { CapturesTakeTurns } from './captures-take-turns.ts';
import { catalogEqualsRebuild } from './catalog-equals-rebuild.ts';
import { catalogsAgree } from './catalogs-agree.ts';
import { type Checker, regionsOf } from './checker.ts';
import { copiesBegun } from './copies-begun.ts';
import { drillsEnd, nothingOfADrillLeft } from './drills-end.ts';
import { enginesLeftClean } from './engines-left-clean.ts';
import { FailuresAnnounced } from './failures-announced.ts';
import { FloorAndHolds } from './floor-and-holds.ts';
import { keptAsDecided } from './kept-as-decided.ts';
import { LifeCycleWatch } from './life-cycle-kept.ts';
import { logWindowsRestore } from './log-windows-restore.ts';
import { LogsAreKept } from './logs-are-kept.ts';
import { LogsCoverWhatTheyClaim } from './logs-cover-what-they-claim.ts';
import { movesEnd } from './moves-end.ts';
import { nothingOrphaned } from './nothing-orphaned.ts';
import { capturesOverdue, nothingStuck } from './nothing-stuck.ts';
import { objectivesHold } from './objectives-hold.ts';
import { OneCapturePerTrigger } from './one-capture-per-trigger.ts';
import { OneTrueSide } from './one-true-side.ts';
import { permissionsSuffice } from './permissions-suffice.ts';
import { ProvenIsWhole } from './proven-is-whole.ts';
import { receiptsFollow } from './receipts-follow.ts';
import { RestoresDuringFaults } from './restores-during-faults.ts';
import { claimedPointsRestore } from './restores-equal-truth.ts';
import { RunsEnd } from './runs-end.ts';
import { SidesKeepTruth } from './sides-keep-truth.ts';
import { StandbysInStep } from './standbys-in-step.ts';
import { vaultHoldsWhatIsNamed } from './vault-holds-what-is-named.ts';
import { windowsRestore } from './windows-restore.ts';
import { WithinAwsLimits } from './within-aws-limits.ts';

/** Every checker anew, for one run. Those that let time pass come last. */
export function allCheckers(): readonly Checker[] {
  // It sees every record that is written, and others listen to it.
  const lives = new LifeCycleWatch();
  const announced = new Announced();
  return [
    lives,
    new FloorAndHolds(lives),
    new BinKeepsItsTime(lives, announced),
    new OneCapturePerTrigger(lives, announced),
    new CapturesTakeTurns(lives),
    new OneTrueSide(lives),
    new SidesKeepTruth(lives),
    new ProvenIsWhole(lives),
    new FailuresAnnounced(lives, announced),
    {
      name: 'nothing-stuck',
      daily: ({ stage }) => capturesOverdue(stage),
      judge: ({ stage }) => nothingStuck(stage),
    },
    { name: 'copies-begun', judge: ({ stage }) => copiesBegun(stage) },
    { name: 'objectives-hold', judge: ({ stage }) => objectivesHold(stage) },
    { name: 'catalogs-agree', judge: ({ stage }) => catalogsAgree(stage) },
    {
      name: 'kept-as-decided',
      judge: ({ stage, lifted = [] }) => keptAsDecided(stage, { lifted, heard: announced.heard }),
    },
    { name: 'permissions-suffice', judge: ({ stage }) => permissionsSuffice(stage) },
    {
      name: 'vault-holds-what-is-named',
      judge: ({ stage }) => regionsOf(stage).flatMap((region) => vaultHoldsWhatIsNamed(stage, region)),
    },
    new LogsCoverWhatTheyClaim(lives),
    new LogsAreKept(lives),
    new RunsEnd(),
    new StandbysInStep(announced),
    { name: 'engines-left-clean', judge: ({ stage }) => enginesLeftClean(stage) },
    { name: 'nothing-orphaned', judge: ({ stage }) => nothingOrphaned(stage) },
    { name: 'drills-end', judge: ({ stage }) => drillsEnd(stage, announced) },
    { name: 'nothing-of-a-drill-left', judge: ({ stage }) => nothingOfADrillLeft(stage) },
    { name: 'moves-end', judge: (run) => movesEnd(run, announced) },
    { name: 'receipts-follow', judge: ({ stage }) => receiptsFollow(stage) },
    { name: 'catalog-equals-rebuild', judge: ({ stage }) => catalogEqualsRebuild(stage) },
    new RestoresDuringFaults(),
    { name: 'restores-equal-truth', judge: ({ stage }) => claimedPointsRestore(stage) },
    { name: 'log-windows-restore', judge: ({ stage }) => logWindowsRestore(stage) },
    { name: 'windows-restore', judge: ({ stage }) => windowsRestore(stage) },
    new WithinAwsLimits(),
  ];
}

import { catalogEqualsRebuild } from './catalog-equals-rebuild.ts';
import { catalogsAgree } from './catalogs-agree.ts';
import { type Checker, regionsOf } from './checker.ts';
import { floorAndHolds } from './floor-and-holds.ts';
import { keptAsDecided } from './kept-as-decided.ts';
import { LifeCycleWatch } from './life-cycle-kept.ts';
import { nothingOrphaned } from './nothing-orphaned.ts';
import { nothingStuck } from './nothing-stuck.ts';
import { objectivesHold } from './objectives-hold.ts';
import { permissionsSuffice } from './permissions-suffice.ts';
import { RestoresDuringFaults } from './restores-during-faults.ts';
import { claimedPointsRestore } from './restores-equal-truth.ts';
import { vaultHoldsWhatIsNamed } from './vault-holds-what-is-named.ts';
import { windowsRestore } from './windows-restore.ts';

/** Every checker anew, for one run. Those that let time pass come last. */
export const allCheckers = (): readonly Checker[] => [
  new LifeCycleWatch(),
  {
    name: 'floor-and-holds',
    daily: ({ stage, faults }) =>
      regionsOf(stage).flatMap((region) => floorAndHolds(stage, region, faults.rotted)),
    judge: ({ stage, faults }) =>
      regionsOf(stage).flatMap((region) => floorAndHolds(stage, region, faults.rotted)),
  },
  { name: 'nothing-stuck', judge: ({ stage }) => nothingStuck(stage) },
  { name: 'objectives-hold', judge: ({ stage }) => objectivesHold(stage) },
  { name: 'catalogs-agree', judge: ({ stage }) => catalogsAgree(stage) },
  { name: 'kept-as-decided', judge: ({ stage }) => keptAsDecided(stage) },
  { name: 'permissions-suffice', judge: ({ stage }) => permissionsSuffice(stage) },
  {
    name: 'vault-holds-what-is-named',
    judge: ({ stage, faults }) =>
      regionsOf(stage).flatMap((region) => vaultHoldsWhatIsNamed(stage, region, faults.rotted)),
  },
  { name: 'nothing-orphaned', judge: ({ stage }) => nothingOrphaned(stage) },
  {
    name: 'catalog-equals-rebuild',
    judge: ({ stage, faults }) => catalogEqualsRebuild(stage, faults.rotted),
  },
  new RestoresDuringFaults(),
  { name: 'restores-equal-truth', judge: ({ stage, faults }) => claimedPointsRestore(stage, faults.rotted) },
  { name: 'windows-restore', judge: ({ stage, faults }) => windowsRestore(stage, faults.rotted) },
];

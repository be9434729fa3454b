import type { Label } from '../../../core/objectives/label.ts';
import type { Alarming } from '../../../core/objectives/risks.ts';
import type { MetricName } from '../../../core/ports/platform.ts';
import type { TaskPorts } from '../../shared/ports.ts';

/** What the alarms of a region read: one metric each, however many clusters there are. */
const COUNTED: Readonly<
  Record<'RtoRisks' | 'OverdueDrills' | 'MissingCopies' | 'UnverifiedCopies', readonly Alarming[]>
> = {
  RtoRisks: ['RtoMissed', 'RtoWillBeMissed'],
  OverdueDrills: ['DrillOverdue'],
  MissingCopies: ['CopiesMissing'],
  UnverifiedCopies: ['NotVerified'],
};

/** Clusters that have a risk, by its kind. A cluster without a label counts nowhere: the failure of the task tells it. */
export function countRisks(
  labels: readonly Label[],
  { telemetry, region }: Pick<TaskPorts, 'telemetry' | 'region'>,
): void {
  for (const [metric, names] of Object.entries(COUNTED) as [MetricName, readonly string[]][]) {
    const clusters = labels.filter(({ risks }) => risks.some(({ name }) => names.includes(name)));
    telemetry.metric(metric, 'Count', clusters.length, { region });
  }
}

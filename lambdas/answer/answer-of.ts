import type { Approval } from '../../core/approvals/approval.ts';

/** What the state that waits goes on with (`approvalAnswer` in workflows/contracts/approval.ts). */
export const answerOf = ({ state, answeredBy, note }: Approval): Readonly<Record<string, unknown>> => ({
  answer: state === 'approved' ? 'yes' : 'no',
  by: answeredBy ?? '',
  ...(note !== undefined && { note }),
});

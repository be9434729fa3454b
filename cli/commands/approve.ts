import { command, required } from '../operator/command.ts';

const HELP = `holdfast approve <id> --by <name>: answers what waits, by running holdfast-answer in the region that asks

  --by <name>         who answers, for the record; where four eyes are needed, somebody else than who asked
  --no                the answer is no
  --note <note>       why, for whoever reads the record
  --region <region>   the region that asks (default: AWS_REGION if it is one of the installation's, else the primary)
  --json              for machines`;

export const approve = command({
  name: 'approve',
  help: HELP,
  operands: [1, 1],
  options: {
    by: { type: 'string' },
    no: { type: 'boolean' },
    note: { type: 'string' },
    region: { type: 'string' },
  },
  work: async (request, { region, desk }) => {
    const [approval = ''] = request.operands;
    const by = required(request, 'by', 'the name of who answers');
    const answer = request.values['no'] === true ? 'no' : 'yes';
    const { note } = request.values;
    const end = await desk(region).answer({ approval, answer, by, ...(note !== undefined && { note }) });
    return {
      json: { approval, answer, by, ...end },
      lines: [
        end.status === 'SUCCEEDED'
          ? `${approval}: ${by} said ${answer}, and what waited goes on`
          : end.status === 'RUNNING'
            ? `${approval}: ${end.execution} has not come to its end yet; look at it in the console`
            : `${end.error ?? end.status}: ${messageIn(end.cause) ?? `look at ${end.execution}`}`,
      ],
      ...(end.status === 'SUCCEEDED' ? {} : { code: 1 }),
    };
  },
});

/** Lambda tells an error as JSON with a message in it. */
function messageIn(cause: string | undefined): string | undefined {
  try {
    const { errorMessage } = JSON.parse(cause ?? '') as { readonly errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}

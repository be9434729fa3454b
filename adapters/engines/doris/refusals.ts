import {
  CaptureFailed,
  CaptureOverdue,
  type Facts,
  type HoldfastError,
  InvalidConfiguration,
  PermissionMissing,
  RestoreOverdue,
  UnsupportedByEngine,
} from '../../../core/errors/registry.ts';
import type { SqlRefusal } from '../../../core/ports/reach.ts';

/** Of the errors that end a capture or a restore for good. */
export type FailureClass = new (message: string, facts?: Facts, options?: ErrorOptions) => HoldfastError;

/** Words by which a frontend says what passes by itself, or what is done already (contract, sections 2 to 4). */
const PATTERNS = {
  oneJob: /only run one backup or restore job/i,
  submitting: /another backup or restore job is being submitted/i,
  labelTaken: /Snapshot with name .* already exist in repository/i,
  repositoryBusy: /running on this repository/i,
  noRepository: /Repository .*does not exist|does not exist.*repository/i,
  repositoryThere: /repositor.*already exist/i,
  otherContent: /md5sum does not equal/i,
  notRunning: /no .*(backup|restore).* (job )?.*running|not running|is (currently )?running\b.*no/i,
  notCancellable: /can not be cancelled/i,
  unknownDatabase: /unknown database|database .*does not exist|does not exist.*database/i,
} as const;

export const says = (what: keyof typeof PATTERNS, { message }: Pick<SqlRefusal, 'message'>): boolean =>
  PATTERNS[what].test(message);

/** Somebody else's job, or one that is just being handed in: it passes. */
export const isBusy = (refused: SqlRefusal): boolean =>
  says('oneJob', refused) || says('submitting', refused);

const S3_DENIED =
  /AccessDenied|Access Denied|status code: ?403|\b403\b|not authorized|AssumeRole|InvalidAccessKey|SignatureDoesNotMatch/i;

/** Whether words of Doris tell that S3, or the role that leads there, refused its hosts. */
export const isDenied = (words: string): boolean => S3_DENIED.test(words);

export const ROLE_ADVICE =
  'look at reach.hostRole: its hosts must be allowed to assume the role that Holdfast made for them, and reach S3 from their network (docs/engines/doris.md)';

/** What a statement that was refused for good means, and what to do. */
export function refusalOf(what: string, { message }: SqlRefusal, failed: FailureClass): HoldfastError {
  const said = `${what} was refused: ${message.slice(0, 500)}`;
  if (/cloud mode|decoupled/i.test(message))
    return new UnsupportedByEngine(
      `${said}; a cluster that keeps its data in S3 (compute and storage decoupled) has no BACKUP: protect it by the means of its storage, and take it out of the configuration`,
    );
  if (/materialized view|\bMTMV\b/i.test(message))
    return new UnsupportedByEngine(
      `${said}; asynchronous materialized views are in no backup of Doris: name the tables in "on", or leave the view out with "exclude", and build it anew after a restore`,
    );
  if (/storage policy/i.test(message))
    return new UnsupportedByEngine(
      `${said}; tables with a storage policy are in no backup of Doris: leave them out with "exclude"`,
    );
  if (says('unknownDatabase', { message }))
    return new InvalidConfiguration(`${said}; name the databases that are there, or make that one`);
  if (
    /unknown table|table .*(does not exist|is not exist)|unknown partition|does not exist in table/i.test(
      message,
    )
  )
    return new InvalidConfiguration(
      `${said}; the configuration names what the database does not have: correct its "on" or "exclude"`,
    );
  if (/temp partitions/i.test(message))
    return new failed(`${said}; end what makes temporary partitions there, or leave the table out`);
  if (/access denied|privilege/i.test(message))
    return new PermissionMissing(
      `${said}; the user of reach.sql needs ADMIN, for repositories and snapshots, and LOAD on the databases`,
    );
  if (isDenied(message)) return new PermissionMissing(`${said}; ${ROLE_ADVICE}`);
  return new failed(`${said}; look at the log of the frontend`);
}

/** What it means that a job is CANCELLED: only its status tells (contract, section 3.1). */
export type Cancelled =
  | { readonly means: 'again'; readonly why: string }
  | { readonly means: 'over'; readonly error: HoldfastError };

/** What a second try may mend: a replica that compacted, a backend that went away, a file that came broken. */
const PASSES = new Set(['NOT_FOUND', 'BAD_FILE', 'BAD_CONNECTION', 'OLAP_VERSION_ALREADY_MERGED']);

export function cancelledOf(
  what: string,
  { status, trouble }: { readonly status: string; readonly trouble: string },
  failed: FailureClass,
): Cancelled {
  const words = [status, trouble]
    .filter((text) => text !== '')
    .join('; ')
    .slice(0, 600);
  const code = /^\[?([A-Z_]+)/.exec(status)?.[1] ?? '';
  const over = (error: HoldfastError): Cancelled => ({ means: 'over', error });
  if (/user cancel/i.test(status))
    return over(new failed(`${what} was cancelled by somebody (${words}); find out who, and start it again`));
  if (code === 'TIMEOUT' || /\btimeout\b/i.test(status)) {
    // What it was given is what was left to the deadline.
    const Overdue = failed === CaptureFailed ? CaptureOverdue : RestoreOverdue;
    return over(
      new Overdue(
        `${what} did not end within its timeout (${words}); look at what its backends move files with (upload_worker_count, download_worker_count, the way to S3), or raise the deadline of its rule`,
      ),
    );
  }
  if (isDenied(words)) return over(new PermissionMissing(`${what} failed: ${words}; ${ROLE_ADVICE}`));
  if (/replica(tion)?[_ ](num|allocation)|enough.*(host|backend)|backend.*enough/i.test(words))
    return over(
      new failed(
        `${what} found too few backends for its replicas: ${words}; add as many as the originals' tables have replicas, and start it again`,
      ),
    );
  if (PASSES.has(code) || code === 'COMMON_ERROR' || code === '') return { means: 'again', why: words };
  return over(new failed(`${what} failed: ${words}; look at the log of the frontend`));
}

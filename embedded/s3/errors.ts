import { AwsError } from '../service.ts';

/** Errors of S3 with their real codes and statuses ("Error responses", S3 API Reference). */
const s3Error = (
  code: string,
  status: number,
  message: string,
  members: Readonly<Record<string, unknown>> = {},
): AwsError => new AwsError(code, message, { status, code, members });

export const noSuchBucket = (bucket: string) =>
  s3Error('NoSuchBucket', 404, 'The specified bucket does not exist', { BucketName: bucket });

export const noSuchKey = (key: string) =>
  s3Error('NoSuchKey', 404, 'The specified key does not exist.', { Key: key });

export const noSuchVersion = (key: string, version: string) =>
  s3Error('NoSuchVersion', 404, 'The specified version does not exist.', { Key: key, VersionId: version });

export const noSuchUpload = (uploadId: string) =>
  s3Error(
    'NoSuchUpload',
    404,
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    { UploadId: uploadId },
  );

/** GET or HEAD of a version that is a delete marker. */
export const methodNotAllowed = () =>
  s3Error('MethodNotAllowed', 405, 'The specified method is not allowed against this resource.', {
    Method: 'GET',
    ResourceType: 'DeleteMarker',
  });

/** Where the SDK looks when it follows redirects between regions. */
const regionHeader = (region: string) => ({ headers: { 'x-amz-bucket-region': region } });

export const permanentRedirect = (bucket: string, region: string) =>
  s3Error(
    'PermanentRedirect',
    301,
    'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.',
    {
      Bucket: bucket,
      Endpoint: `${bucket}.s3.${region}.amazonaws.com`,
      $response: regionHeader(region),
    },
  );

export const preconditionFailed = (condition: string) =>
  s3Error('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });

export const invalidRequest = (message: string) => s3Error('InvalidRequest', 400, message);

export const invalidArgument = (message: string, name: string, value: unknown) =>
  s3Error('InvalidArgument', 400, message, { ArgumentName: name, ArgumentValue: String(value) });

export const malformedXml = () =>
  s3Error(
    'MalformedXML',
    400,
    'The XML you provided was not well-formed or did not validate against our published schema',
  );

export const keyTooLong = (bytes: number) =>
  s3Error('KeyTooLongError', 400, 'Your key is too long', { Size: bytes, MaxSizeAllowed: 1_024 });

export const invalidTag = (message: string) => s3Error('InvalidTag', 400, message);

export const badDigest = (algorithm: string) =>
  s3Error('BadDigest', 400, `The ${algorithm} you specified did not match the calculated checksum.`);

export const invalidRange = (range: string, bytes: number) =>
  s3Error('InvalidRange', 416, 'The requested range is not satisfiable', {
    RangeRequested: range,
    ActualObjectSize: bytes,
  });

export const lockedVersion = () =>
  s3Error('AccessDenied', 403, 'Access Denied because object protected by object lock.');

export const accessDenied = () => s3Error('AccessDenied', 403, 'Access Denied');

export const noLockConfiguration = () => invalidRequest('Bucket is missing Object Lock Configuration');

export const noLockOnObject = () =>
  s3Error(
    'NoSuchObjectLockConfiguration',
    404,
    'The specified object does not have a ObjectLock configuration',
  );

export const lockNotFound = () =>
  s3Error(
    'ObjectLockConfigurationNotFoundError',
    404,
    'Object Lock configuration does not exist for this bucket',
  );

export const invalidBucketState = (message: string) => s3Error('InvalidBucketState', 409, message);

export const entityTooSmall = (part: number, bytes: number) =>
  s3Error('EntityTooSmall', 400, 'Your proposed upload is smaller than the minimum allowed size', {
    PartNumber: part,
    ProposedSize: bytes,
    MinSizeAllowed: 5_242_880,
  });

export const entityTooLarge = (bytes: number) =>
  s3Error('EntityTooLarge', 400, 'Your proposed upload exceeds the maximum allowed size', {
    ProposedSize: bytes,
    MaxSizeAllowed: 5_368_709_120,
  });

export const invalidPart = (part: number) =>
  s3Error(
    'InvalidPart',
    400,
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { PartNumber: part },
  );

export const invalidPartOrder = () =>
  s3Error(
    'InvalidPartOrder',
    400,
    'The list of parts was not in ascending order. Parts must be ordered by part number.',
  );

/** GetObject of an archived object that was not restored. */
export const invalidObjectState = (storageClass: string) =>
  s3Error('InvalidObjectState', 403, "The operation is not valid for the object's storage class", {
    StorageClass: storageClass,
  });

/** CopyObject of an archived object that was not restored. */
export const notInActiveTier = () =>
  s3Error(
    'ObjectNotInActiveTierError',
    403,
    'The source object of the COPY action is not in the active tier and is only stored in Amazon S3 Glacier.',
  );

export const notImplemented = (message: string) => s3Error('NotImplemented', 501, message);

export const serviceUnavailable = () =>
  s3Error('ServiceUnavailable', 503, 'Service is unable to handle request.');

/** S3 passes on what KMS answers under the code `KMS.<error>` with status 400. */
export const kmsRefused = (cause: AwsError) => s3Error(`KMS.${cause.name}`, 400, cause.message);

/** Answers to HEAD have no body, so the SDK sees the status only. */
export function withoutBody(error: AwsError): AwsError {
  const name = error.status === 404 ? 'NotFound' : 'Unknown';
  const { $response } = error.members;
  return new AwsError(name, 'UnknownError', {
    status: error.status,
    ...($response !== undefined && { members: { $response } }),
  });
}

/** An event as S3 sends it to EventBridge ("EventBridge event message structure", S3 User Guide). */
export interface S3Event {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': 'Object Created' | 'Object Deleted';
  readonly source: 'aws.s3';
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: {
    readonly version: '0';
    readonly bucket: { readonly name: string };
    readonly object: {
      readonly key: string;
      readonly size?: number;
      readonly etag?: string;
      /** Absent in a bucket without versioning. */
      readonly 'version-id'?: string;
      /** Orders events of one key when compared as text; says nothing across keys. */
      readonly sequencer: string;
    };
    readonly 'request-id': string;
    readonly requester: string;
    readonly reason: WriteReason | DeleteReason;
    readonly 'deletion-type'?: DeletionType;
  };
}

export type WriteReason = 'PutObject' | 'CopyObject' | 'CompleteMultipartUpload';
export type DeleteReason = 'DeleteObject' | 'Lifecycle Expiration';
export type DeletionType = 'Permanently Deleted' | 'Delete Marker Created';

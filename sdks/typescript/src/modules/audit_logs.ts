import type { Operations } from '../generated/openapi.js';
import type { CallOptions, Transport } from '../transport.js';

type AuditQuery = Operations['GET /api/v1/organizations/{organization_id}/audit-logs']['query'];
type ExportQuery = Operations['GET /api/v1/organizations/{organization_id}/audit-logs/export']['query'];

/** Who did what, to what and for which organization. */
export class AuditLogs {
  constructor(private readonly transport: Transport) {}

  /** What happened on the whole platform, by cursor; for administrators. */
  list(query: Operations['GET /api/v1/audit-logs']['query'] = {}, options?: CallOptions) {
    return this.transport.list('GET /api/v1/audit-logs', { query }, options);
  }

  /** The same as a file to stream, NDJSON or CSV. */
  export(
    query: Operations['GET /api/v1/audit-logs/export']['query'] = {},
    options?: CallOptions,
  ): Promise<Response> {
    return this.transport.stream('GET /api/v1/audit-logs/export', { query }, options);
  }

  /** What happened in an organization, by cursor. */
  ofOrganization(organizationId: string, query: AuditQuery = {}, options?: CallOptions) {
    return this.transport.list(
      'GET /api/v1/organizations/{organization_id}/audit-logs',
      { path: { organization_id: organizationId }, query },
      options,
    );
  }

  /** The same as a file to stream. */
  exportOfOrganization(
    organizationId: string,
    query: ExportQuery = {},
    options?: CallOptions,
  ): Promise<Response> {
    return this.transport.stream(
      'GET /api/v1/organizations/{organization_id}/audit-logs/export',
      { path: { organization_id: organizationId }, query },
      options,
    );
  }
}

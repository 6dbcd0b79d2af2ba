// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Database
package import Domain
package import Jobs
package import Postgres

/// What the handlers work with: the repositories to read, and the editor through which every change goes.
package struct APIServices: Sendable {
    package let domains: DomainRepository
    package let zones: ZoneRepository
    package let records: RecordRepository
    package let recordSets: RecordSetRepository
    package let versions: VersionRepository
    package let deletedZones: DeletedZoneRepository
    package let audit: AuditRepository
    package let editor: ZoneEditor
    package let scopeNames: ScopeNames
    package let identity: IdentityServices
    package let idempotency: IdempotencyStore
    package let delegationSigners: DelegationSignerStore
    package let delegations: DelegationStore
    package let contacts: ContactStore
    package let emailForwards: EmailForwardStore
    package let pushes: PushStore
    package let webhooks: WebhookStore
    package let templates: TemplateStore
    package let appliedServices: AppliedServiceStore
    package let primaryServers: PrimaryServerStore
    package let analytics: AnalyticsStore
    package let dynamicZones: DynamicZoneFinder
    package let annotations: AnnotationStore
    package let delegationChecks: DelegationCheckStore
    package let challengeExpiries: ChallengeExpiryStore
    package let certificates: CertificateStore
    /// Opens the keys of certificates; nil where they cannot be read.
    package let sealer: JobSealer?

    package init(
        pool: PostgresPool,
        policy: ZonePolicy,
        notifier: ChangeNotifier,
        identity: IdentityServices? = nil,
        sealer: JobSealer? = nil
    ) {
        self.sealer = sealer
        self.certificates = CertificateStore(pool: pool)
        self.delegationSigners = DelegationSignerStore(pool: pool)
        self.delegations = DelegationStore(pool: pool)
        self.contacts = ContactStore(pool: pool)
        self.emailForwards = EmailForwardStore(pool: pool)
        self.pushes = PushStore(pool: pool)
        self.domains = DomainRepository(pool: pool)
        self.zones = ZoneRepository(pool: pool)
        self.records = RecordRepository(pool: pool)
        self.recordSets = RecordSetRepository(pool: pool)
        self.versions = VersionRepository(pool: pool)
        self.deletedZones = DeletedZoneRepository(pool: pool)
        self.audit = AuditRepository(pool: pool)
        self.scopeNames = ScopeNames(pool: pool)
        self.identity = identity ?? IdentityServices(pool: pool)
        self.editor = ZoneEditor(pool: pool, policy: policy, notifier: notifier)
        self.idempotency = IdempotencyStore(pool: pool)
        self.webhooks = WebhookStore(pool: pool)
        self.templates = TemplateStore(pool: pool, policy: policy)
        self.appliedServices = AppliedServiceStore(pool: pool)
        self.primaryServers = PrimaryServerStore(pool: pool)
        self.analytics = AnalyticsStore(pool: pool)
        self.dynamicZones = DynamicZoneFinder(pool: pool)
        self.annotations = AnnotationStore(pool: pool)
        self.delegationChecks = DelegationCheckStore(pool: pool)
        self.challengeExpiries = ChallengeExpiryStore(pool: pool)
    }
}

using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CdpPipeline.Grains.Interfaces.Storage;
using CdpPipeline.Grains.Sharing;
using Microsoft.Extensions.Options;

namespace CdpPipeline.Api.Auth.Sessions;

/// <summary>
/// Opens, finds and ends sessions. Nothing is stored of one that is open; one that was ended is noted in the store until it would have ended by itself, so
/// that it is over on every node within <see cref="SharingOptions.LookEvery"/>.
/// </summary>
internal sealed class SessionRing(IDocumentStore documents, ApiKeys keys, IOptions<SessionOptions> options, TimeProvider clock) : IDocumentFollower
{
    /// <summary>The documents of sessions that were ended: by id, with the instant after which nobody needs them.</summary>
    private const string EndedKind = "ended-session";

    private const string SecretKind = "session-secret";
    private const string SecretId = "1";
    private const int PrunedAtOnceMax = 100;

    private byte[] secret = [];
    private volatile FrozenSet<Guid> ended = [];

    public IReadOnlyList<string> Kinds { get; } = [EndedKind];

    public TimeSpan Lifetime => options.Value.Lifetime;

    /// <summary>Reads the store's secret, or makes it up if nobody has; and which sessions were ended. To be called once, before anything is served.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Document? stored;
        while ((stored = await documents.GetAsync(SecretKind, SecretId, cancellationToken)) is null)
        {
            var made = Convert.ToBase64String(RandomNumberGenerator.GetBytes(SessionToken.SecretBytes));
            await documents.PutAsync(SecretKind, SecretId, Encoding.UTF8.GetBytes($"\"{made}\""), expectedVersion: 0, cancellationToken);
        }

        secret = Convert.FromBase64String(Encoding.UTF8.GetString(stored.Json.Span).Trim('"'));
        await FollowAsync(cancellationToken);
    }

    public async Task FollowAsync(CancellationToken cancellationToken) =>
        ended = (await documents.ListAsync(EndedKind, cancellationToken)).Select(document => Guid.Parse(document.Id, CultureInfo.InvariantCulture)).ToFrozenSet();

    /// <summary>A new session with a key, and what to put into its cookie.</summary>
    public (Session Session, string Token) Open(ApiKey key)
    {
        var token = SessionToken.Write(secret, Guid.CreateVersion7(clock.GetUtcNow()), key, clock.GetUtcNow() + Lifetime);
        return (SessionToken.Read(secret, token, _ => key)!, token);
    }

    /// <summary>The open session that the token stands for; null when there is none.</summary>
    public Session? Find(string? token) =>
        SessionToken.Read(secret, token, keys.FindById) is { } session && session.ExpiresAt > clock.GetUtcNow() && !ended.Contains(session.Id) ? session : null;

    /// <summary>Ends a session: durably, and here at once.</summary>
    public async Task EndAsync(Session session, CancellationToken cancellationToken)
    {
        var note = Encoding.UTF8.GetBytes(session.ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        await documents.PutAsync(EndedKind, session.Id.ToString(), note, expectedVersion: 0, cancellationToken);
        await PruneAsync(cancellationToken);
        await FollowAsync(cancellationToken);
    }

    private async Task PruneAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var over = (await documents.ListAsync(EndedKind, cancellationToken)).Where(document => long.Parse(Encoding.UTF8.GetString(document.Json.Span), CultureInfo.InvariantCulture) < now);
        foreach (var document in over.Take(PrunedAtOnceMax)) await documents.DeleteAsync(EndedKind, document.Id, cancellationToken);
    }
}

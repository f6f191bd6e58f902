namespace CdpPipeline.Api.Hosting;

/// <summary>Composes an open store's parts.</summary>
internal static class StoreHosting
{
    /// <summary>Everything but its lifetime, which is the host's to end.</summary>
    public static IServiceCollection AddStore(this IServiceCollection services, OpenStore store) => services
        .AddSingleton(store.Events)
        .AddSingleton(store.Identities)
        .AddSingleton(store.Memberships)
        .AddSingleton(store.Transitions)
        .AddSingleton(store.Catalog)
        .AddSingleton(store.Documents)
        .AddSingleton(store.Erasures)
        .AddSingleton(store.Expiry)
        .AddSingleton(store.Audit)
        .AddSingleton(store.Fencing);
}

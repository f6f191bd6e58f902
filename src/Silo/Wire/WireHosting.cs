using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Serializers;

namespace CdpPipeline.Silo.Wire;

/// <summary>Composes how messages travel.</summary>
internal static class WireHosting
{
    public static IServiceCollection AddMessages(this IServiceCollection services)
    {
        services.AddSingleton(new MessageCodec(MessageJson.Options));
        services.AddSingleton<IGeneralizedCodec>(provider => provider.GetRequiredService<MessageCodec>());
        services.AddSingleton<IGeneralizedCopier>(provider => provider.GetRequiredService<MessageCodec>());
        services.AddSingleton<ITypeFilter>(provider => provider.GetRequiredService<MessageCodec>());

        // Faults arrive as what they are, so that callers answer them as those of their own node.
        services.Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.Add("CdpPipeline"));
        return services;
    }
}

using System.Text;
using OnlineCF.Server.Settings;

namespace OnlineCF.Server.Hosting;

/// <summary>What <c>--help</c> prints.</summary>
internal static class ServerHelp
{
    /// <summary>How to start the server, and every setting.</summary>
    public static string Text
    {
        get
        {
            var text = new StringBuilder("""
                OnlineCF, a movie recommender that learns while it serves.

                Usage: OnlineCF.Server [--Section:Key=value ...]

                Settings may also stand in appsettings.json, in the folder where the command is given, and in the environment
                as OnlineCF__Section__Key.


                """);
            var width = OnlineCFSettings.Keys.Max(key => key.Length);
            foreach (var setting in OnlineCFSettings.All)
            {
                text.Append("  --").Append(setting.Key.PadRight(width)).Append("  ").Append(setting.Meaning).Append("; ").Append(setting.Values)
                    .Append(setting.Default.Length == 0 ? "" : $" [default: {setting.Default}]").Append('\n');
            }

            return text.ToString();
        }
    }
}

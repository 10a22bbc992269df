using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using FusedLoss.Bench;

if (args.Contains("--quick"))
{
    Quick.Run(Console.Out);
    return;
}
var config = DefaultConfig.Instance.WithSummaryStyle(SummaryStyle.Default.WithMaxParameterColumnWidth(40));
BenchmarkSwitcher.FromAssembly(typeof(Contest).Assembly).Run(args, config);

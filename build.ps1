# Thin verbs over the CMake presets and dotnet; the same as build.sh, which says what each verb does.
param([string]$Verb = 'help', [Parameter(ValueFromRemainingArguments)][string[]]$Rest = @())
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
$env:DOTNET_NOLOGO = '1'
$rids = 'linux-x64', 'linux-arm64', 'linux-musl-x64', 'win-x64', 'osx-arm64', 'osx-x64'

function Show-Help {
  @'
usage: ./build.ps1 VERB [ARGUMENTS]

  native [PRESET...]  the C library: release (default), debug, asan, or a RID such as linux-arm64 or win-x64 (needs zig)
  generate            the C# bindings, from the C headers
  build               everything; the tool is then artifacts/fusedloss.cmd
  test [ARGUMENTS]    C tests, then .NET tests; the arguments go to `dotnet test`
  run [ARGUMENTS]     build, then the demo; the arguments go to `fusedloss demo`
  bench [ARGUMENTS]   benchmarks; the arguments go to BenchmarkDotNet (default: --filter '*')
  pack                the NuGet package in artifacts/packages, for every platform when zig is there, else for this one
  all                 build, test, pack
'@
}

function Test-Tool([string]$Name) { [bool](Get-Command $Name -CommandType Application -ErrorAction SilentlyContinue) }

function Invoke-Tool([string]$Name, [string[]]$Arguments) {
  & $Name @Arguments
  if ($LASTEXITCODE -ne 0) { throw "'$Name $Arguments' failed ($LASTEXITCODE)" }
}

function Assert-Tools {
  $needed = [ordered]@{
    cmake  = 'winget install Kitware.CMake'
    ninja  = 'winget install Ninja-build.Ninja'
    dotnet = 'winget install Microsoft.DotNet.SDK.10'
  }
  $missing = @($needed.Keys | Where-Object { -not (Test-Tool $_) })
  if ($missing.Count) {
    throw "missing: $($missing -join ', '). Install them ($(($missing | ForEach-Object { $needed[$_] }) -join '; '))."
  }
}

function Build-Native([string[]]$Presets = @('release')) {
  Assert-Tools
  foreach ($preset in $Presets) { Invoke-Tool cmake @('-D', "PRESET=$preset", '-P', 'build/native.cmake') }
}

function New-Bindings {
  Push-Location bindings
  try {
    $here = Test-Tool 'ClangSharpPInvokeGenerator'
    if (-not $here) { Invoke-Tool dotnet @('tool', 'restore') }
    foreach ($answers in '@generate.rsp', '@generate-cuda.rsp') {
      if ($here) { Invoke-Tool ClangSharpPInvokeGenerator @($answers) }
      else { Invoke-Tool dotnet @('ClangSharpPInvokeGenerator', $answers) }
    }
  } finally { Pop-Location }
}

function Build-All {
  Build-Native
  Invoke-Tool dotnet @('build', 'FusedLoss.slnx', '-c', 'Release')
  $dll = '%~dp0dotnet\bin\FusedLoss.Cli\release\FusedLoss.Cli.dll'
  Set-Content artifacts/fusedloss.cmd "@dotnet `"$dll`" %*" -Encoding ascii
}

function Test-All([string[]]$Arguments = @()) {
  $results = Join-Path $PSScriptRoot 'artifacts/test-results'
  Remove-Item $results -Recurse -Force -ErrorAction SilentlyContinue
  New-Item $results -ItemType Directory | Out-Null
  Build-All
  & ctest --preset release --output-junit "$results/ctest.xml"
  $failed = $LASTEXITCODE -ne 0
  $logs = '--results-directory', $results, '--logger', 'trx;LogFilePrefix=dotnet'
  & dotnet test FusedLoss.slnx -c Release --no-build @logs @Arguments
  if ($failed -or $LASTEXITCODE -ne 0) { throw 'tests failed' }
}

function Start-Demo([string[]]$Arguments = @()) {
  Build-All
  Invoke-Tool dotnet (@('artifacts/dotnet/bin/FusedLoss.Cli/release/FusedLoss.Cli.dll', 'demo') + $Arguments)
}

function Start-Bench([string[]]$Arguments = @()) {
  Build-Native
  if (-not $Arguments) { $Arguments = '--filter', '*' }
  $project = 'run', '-c', 'Release', '--project', 'bench/FusedLoss.Bench', '--', '--artifacts', 'artifacts/bench'
  Invoke-Tool dotnet ($project + $Arguments)
}

function New-Package {
  if (Test-Tool zig) { Build-Native $rids } else { Build-Native }
  Invoke-Tool dotnet @('pack', 'src/FusedLoss/FusedLoss.csproj', '-c', 'Release', '-o', 'artifacts/packages')
}

switch ($Verb) {
  'native' { if ($Rest) { Build-Native $Rest } else { Build-Native } }
  'generate' { New-Bindings }
  'build' { Build-All }
  'test' { Test-All $Rest }
  'run' { Start-Demo $Rest }
  'bench' { Start-Bench $Rest }
  'pack' { New-Package }
  'all' { Build-All; Test-All; New-Package }
  'help' { Show-Help }
  default { Show-Help; throw "unknown verb '$Verb'" }
}

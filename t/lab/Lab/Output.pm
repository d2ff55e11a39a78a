# SPDX-License-Identifier: GPL-3.0-or-later
# What is wrong with the form of a plugin's output, in each of its formats.
package Lab::Output;

use strict;
use warnings;
use Exporter qw(import);
use JSON::PP qw(decode_json);

our @EXPORT_OK = qw(lint_text lint_json lint_prometheus decode state_name);

my @STATES = qw(OK WARNING CRITICAL UNKNOWN);
my %RANK = (OK => 0, UNKNOWN => 1, WARNING => 2, CRITICAL => 3);
my %SERVICE = (
    check_rrsig_expiry => 'RRSIG', check_ds_match => 'DS', check_dnssec_chain => 'CHAIN',
    check_dns_records => 'RECORDS', check_nsec => 'NSEC',
);

my $NUMBER = qr/-?(?:0|[1-9]\d*)(?:\.\d+)?/;
my $RANGE = qr/\@?(?:(?:$NUMBER|~)?:$NUMBER?|$NUMBER)/;
my $FIELD = qr/(?:;(?:$RANGE)?)?/;
my $LIMIT = qr/(?:;(?:$NUMBER)?)?/;
my $ITEM = qr/^([a-z][a-z0-9_]*)=($NUMBER)(s|%|c|)$FIELD$FIELD$LIMIT$LIMIT$/;

# The state an exit code stands for; the code itself when there is none.
sub state_name
{
    my ($code) = @_;
    return $code =~ /^[0-3]$/ ? $STATES[$code] : $code;
}

sub lint_perfdata
{
    my ($text) = @_;
    my (@wrong, %seen);
    push @wrong, "more than one space or none between items: $text" if $text =~ /  |^ .*^ | $/;
    for my $item (split / +/, $text =~ s/^ //r) {
        my ($label) = $item =~ $ITEM;
        push @wrong, "not an item of performance data: $item" if !defined $label;
        push @wrong, "label twice: $label" if defined $label && $seen{$label}++;
    }
    return @wrong;
}

# The default output: one verdict line, one "|" at most, no bytes that trouble a scheduler.
sub lint_text
{
    my ($plugin, $result) = @_;
    my $text = $result->{out};
    my ($first) = $text =~ /^(.*)$/m;
    my $state = state_name($result->{code});
    my @wrong;
    push @wrong, "first line does not begin with $SERVICE{$plugin} $state: " . ($first // '')
        if ($first // '') !~ /^$SERVICE{$plugin} $state - \S/;
    push @wrong, 'no newline at the end' if $text !~ /[^\n]\n\z/;
    push @wrong, 'more than 4096 octets' if length $text > 4096;
    push @wrong, sprintf 'octet %02x in the output', ord $1 if $text =~ /([^\x20-\x7e\n]|\\)/;
    my $bars = $text =~ tr/|//;
    push @wrong, "$bars vertical bars" if $bars > 1;
    push @wrong, 'the bar is not in the last line' if $bars && $text =~ /\|.*\n./s;
    push @wrong, 'OK takes more than one line' if $state eq 'OK' && $text =~ /\n./s;
    push @wrong, "a span below zero: $1" if $text =~ /\b((?:in|before|for|until) -\d+ ?[smhd]\b)/;
    push @wrong, lint_perfdata($1) if $text =~ /\|(.*)\n\z/;
    return (@wrong, lint_process($result));
}

sub lint_process
{
    my ($result) = @_;
    my @wrong;
    push @wrong, "exit code is $result->{code}" if $result->{code} !~ /^[0-3]$/;
    push @wrong, "on standard error: $result->{err}" if length $result->{err};
    return @wrong;
}

sub decode
{
    my ($text) = @_;
    return eval { decode_json($text) };
}

sub worst
{
    my (@states) = @_;
    return (sort { $RANK{$b} <=> $RANK{$a} } @states, 'OK')[0];
}

sub lint_subject
{
    my ($subject) = @_;
    my @states = map { $_->{state} } @{ $subject->{findings} };
    my @wrong;
    for my $finding (@{ $subject->{findings} }) {
        my @missing = grep { !defined $finding->{$_} } qw(id state text);
        push @wrong, "a finding without @missing" if @missing;
    }
    push @wrong, "$subject->{name}: findings are not worst first: @states"
        if "@states" ne join ' ', sort { $RANK{$b} <=> $RANK{$a} } @states;
    push @wrong, "$subject->{name}: the state is not the worst of its findings"
        if $subject->{state} ne worst(@states);
    return @wrong;
}

# The JSON output; what `text`, the default output of the same call, says must agree.
sub lint_json
{
    my ($plugin, $result, $text) = @_;
    my $json = decode($result->{out}) // return ("not JSON: $result->{out}", lint_process($result));
    my @wrong = map { lint_subject($_) } @{ $json->{subjects} };
    push @wrong, 'not one line' if $result->{out} !~ /\A[^\n]+\n\z/;
    push @wrong, 'octets beyond ASCII' if $result->{out} =~ /[^\x20-\x7e\n]/;
    for my $key (qw(plugin version state exit_code summary at elapsed_ms subjects)) {
        push @wrong, "no key $key" if !defined $json->{$key};
    }
    push @wrong, "exit code $result->{code}, but $json->{exit_code} ($json->{state})"
        if $json->{exit_code} ne $result->{code}
        || state_name($json->{exit_code}) ne $json->{state};
    push @wrong, "the text ends with $text->{code}, JSON with $result->{code}"
        if $text->{code} ne $result->{code};
    my $measured = grep { @{ $_->{metrics} // [] } } @{ $json->{subjects} };
    push @wrong, 'metrics in JSON, but no performance data' if $measured && $text->{out} !~ /\|/;
    return (@wrong, lint_process($result));
}

# The Prometheus text format: HELP and TYPE before the samples of a family, all of it together.
sub lint_prometheus
{
    my ($result) = @_;
    my (@wrong, %kind, %closed, %sample);
    my $family = '';
    for my $line (grep { !/^# (?!HELP |TYPE )/ } split /\n/, $result->{out}) {
        my ($name) = $line =~ /^(?:# (?:HELP|TYPE) )?([a-z][a-z0-9_]*)/;
        push @wrong, "not a line of the format: $line" if !defined $name;
        next if !defined $name;
        $closed{$family} = 1 if $name ne $family;
        push @wrong, "the family $name is in two places" if $closed{$name};
        $family = $name;
        $kind{$1}{$2} = 1 if $line =~ /^# (HELP|TYPE) ([a-z0-9_]+) \S/;
        next if $line =~ /^#/;
        push @wrong, lint_sample($line, \%kind);
        push @wrong, "sample twice: $line" if $sample{ $line =~ s/ \S+$//r }++;
    }
    push @wrong, 'no samples' if !%sample;
    push @wrong, 'no newline at the end' if $result->{out} !~ /\n\z/;
    return (@wrong, lint_process($result));
}

sub lint_sample
{
    my ($line, $kind) = @_;
    my $label = qr/[a-z_][a-z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"/;
    my $value = qr/-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/;
    my ($name) = $line =~ /^([a-z][a-z0-9_]*)(?:\{$label(?:,$label)*\})? $value$/
        or return "not a sample: $line";
    return map { $kind->{$_}{$name} ? () : "no $_ for $name" } qw(HELP TYPE);
}

1;

#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# The plugins against the lab: every row of t/scenarios*.tsv in all formats, and longer stories; at
# the end the confusion table, expected against found root causes.
#
# PLUGINS is the folder with the plugins (.build/main), LAB that of the lab (.lab/test); the lab is
# started if it does not run, and then also stopped.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lab";
use File::Temp;
use Lab::Output qw(lint_text lint_json lint_prometheus decode state_name);
use Lab::Run qw(run in_parallel tap slurp);
use Lab::Start qw(skip_all start_lab);
use Lab::Zone;

my $TOP = "$FindBin::Bin/..";
my $PLUGINS = $ENV{PLUGINS} // "$TOP/.build/main";
my $LAB = $ENV{LAB} // "$TOP/.lab/test";
my @ALL = qw(check_rrsig_expiry check_ds_match check_dnssec_chain check_dns_records check_nsec);
my @TABLES = qw(scenarios.tsv scenarios_chain.tsv);

$ENV{LC_ALL} = 'C';

my ($port, $signed);

# Replaces @PORT@, @LAB@ and @T+1d-2h@.
sub fill_in
{
    my ($text) = @_;
    $text =~ s/\@PORT\@/$port/g;
    $text =~ s/\@LAB\@/$LAB/g;
    $text =~ s/\@T((?:[-+]\d+[smhd]?)*)\@/time_from_signing($1)/ge;
    return $text;
}

sub time_from_signing
{
    my ($offsets) = @_;
    my $time = $signed;
    $time += Lab::Zone::seconds($_) for $offsets =~ /[-+]\d+[smhd]?/g;
    return $time;
}

sub read_rows
{
    local @ARGV = map { "$FindBin::Bin/$_" } @TABLES;
    my @rows;
    while (<<>>) {
        chomp;
        next if /^#/ || !/\S/;
        my %row;
        @row{qw(zone plugin arguments state ids)} = split /\t/;
        die "$ARGV line $.: five columns, please\n" if !defined $row{ids} || tr/\t// != 4;
        push @rows, \%row;
    }
    return @rows;
}

sub lab_arguments
{
    return ('-r', "127.0.53.53\@$port", '-p', $port);
}

sub command
{
    my ($row) = @_;
    my @zones = map { ('-H', $_) } split /,/, $row->{zone};
    my @arguments = grep { $_ ne '-' } split ' ', fill_in($row->{arguments});
    my @ours = @arguments && $arguments[0] eq '!' ? () : lab_arguments();
    shift @arguments if @arguments && $arguments[0] eq '!';
    return ("$PLUGINS/$row->{plugin}", @ours, @zones, @arguments);
}

# What differs between the findings and the ids of a row.
sub compare_ids
{
    my ($row, $json) = @_;
    my @findings = map { @{ $_->{findings} } } @{ $json->{subjects} };
    my @bad = grep { $_->{state} ne 'OK' } @findings;
    my @expected = grep { $_ ne '-' } split /,/, $row->{ids};
    my @wrong;
    for my $id (map { s/^\+//r } grep { /^\+/ } @expected) {
        push @wrong, "no OK note $id" if !grep { $_->{id} eq $id && $_->{state} eq 'OK' } @findings;
    }
    my @wanted = map { s/\@.*//r } grep { !/^\+/ } @expected;
    my %seen;
    my @ids = grep { !$seen{$_}++ } map { $_->{id} } @bad;
    push @wrong, "findings: @ids, expected: @wanted"
        if join(' ', sort @ids) ne join ' ', sort @wanted;
    push @wrong, "root cause: $ids[0], expected: $wanted[0]"
        if @ids && @wanted && $row->{zone} !~ /,/ && $ids[0] ne $wanted[0];
    return (@wrong, compare_servers(\@expected, \@bad));
}

sub compare_servers
{
    my ($expected, $bad) = @_;
    my @wrong;
    for my $pair (map { [ split /\@/ ] } grep { /\@/ } @$expected) {
        my ($id, $server) = @$pair;
        my %servers = map { ($_->{server} // 'none') => 1 } grep { $_->{id} eq $id } @$bad;
        push @wrong, "$id names " . join(' ', sort keys %servers) . ", expected: $server"
            if join(' ', keys %servers) !~ /^\Q$server\E(?:\@\d+)?$/;
    }
    return @wrong;
}

# The id of the first finding that is not OK; - for none.
sub root_cause
{
    my ($json) = @_;
    my @bad = grep { $_->{state} ne 'OK' } map { @{ $_->{findings} } } @{ $json->{subjects} };
    return @bad ? $bad[0]{id} : '-';
}

# The root cause that is found, then everything that is wrong with a row.
sub judge
{
    my ($row) = @_;
    my @command = command($row);
    my $text = run(@command);
    my $json = run(@command, '-o', 'json');
    my $prometheus = run(@command, '-o', 'prometheus');
    my @wrong = (
        lint_text($row->{plugin}, $text),
        lint_json($row->{plugin}, $json, $text),
        lint_prometheus($prometheus),
    );
    my $state = state_name($text->{code});
    push @wrong, "state: $state, expected: $row->{state}" if $state ne $row->{state};
    my ($limit) = $row->{arguments} =~ /-t ([\d.]+)/;
    for my $result ($text, $json, $prometheus) {
        push @wrong, "took $result->{elapsed} s" if $result->{elapsed} > ($limit // 10);
    }
    my $decoded = decode($json->{out});
    push @wrong, compare_ids($row, $decoded) if $decoded;
    push @wrong, "it said: $text->{out}" if @wrong;
    return ($decoded ? root_cause($decoded) : '?', @wrong);
}

# How often each expected root cause was taken for which, by plugin.
sub print_confusion
{
    my ($rows, $found) = @_;
    my %table;
    for my $i (0 .. $#$rows) {
        my ($expected) = grep { !/^\+/ } split /,/, $rows->[$i]{ids};
        $expected = ($expected // '-') =~ s/\@.*//r;
        $table{ $rows->[$i]{plugin} }{$expected}{ $found->[$i] }++;
    }
    for my $plugin (sort keys %table) {
        print "# $plugin: expected, as what it was found how often\n";
        for my $expected (sort keys %{ $table{$plugin} }) {
            my $as = $table{$plugin}{$expected};
            printf "#   %-28s %s\n", $expected, join ', ', map { "$_ $as->{$_}" } sort keys %$as;
        }
    }
    return;
}

sub test_rows
{
    my (@rows) = @_;
    my @wrong = in_parallel(\&judge, @rows);
    my @found = map { shift @$_ } @wrong;
    for my $i (0 .. $#rows) {
        my $arguments = $rows[$i]{arguments} eq '-' ? '' : " $rows[$i]{arguments}";
        tap("$rows[$i]{plugin} $rows[$i]{zone}$arguments: $rows[$i]{state}", @{ $wrong[$i] });
    }
    print_confusion(\@rows, \@found);
    return;
}

# The verdict does not depend on which server answers first.
sub test_ten_equal_runs
{
    my ($zone) = @_;
    my %verdicts;
    for my $turn (1 .. 10) {
        my @at = ('--at', time_from_signing('+1m'));
        my $result = run("$PLUGINS/check_rrsig_expiry", lab_arguments(), '-H', $zone, @at);
        $verdicts{"$result->{code} " . $result->{out} =~ s/ ?\|.*//sr}++;
    }
    my @wrong = keys %verdicts == 1 ? () : map { "$verdicts{$_} times: $_" } sort keys %verdicts;
    tap("ten runs for $zone are equal", map { s/\n/ /gr } @wrong);
    return;
}

sub anchored_arguments
{
    my ($plugin) = @_;
    return (lab_arguments(), '--trust-anchor', "$LAB/root.key",
        $plugin eq 'check_dns_records' ? '--allow-private' : ());
}

# False alarm: timeouts of questions add up, and a dead server costs each of them.
sub test_budget
{
    my ($plugin, $seconds, $zone) = @_;
    my $result =
        run("$PLUGINS/$plugin", anchored_arguments($plugin), '-H', $zone, '-t', $seconds);
    my @wrong = lint_text($plugin, $result);
    push @wrong, sprintf 'took %.2f s', $result->{elapsed} if $result->{elapsed} > $seconds;
    tap("$plugin $zone -t $seconds ends in time", @wrong);
    return;
}

# False OK: an algorithm or digest that this host refuses passes as unsigned.
sub test_refused_by_host
{
    my ($plugin, $zone, @more) = @_;
    my $policy = File::Temp->new;
    print $policy map { "$_\n" } 'openssl_conf = init', '[init]', 'alg_section = algorithms',
        '[algorithms]', 'default_properties = fips=yes';
    close $policy;
    local $ENV{OPENSSL_CONF} = "$policy";
    my $result =
        run("$PLUGINS/$plugin", anchored_arguments($plugin), '-H', $zone, @more, '-o', 'json');
    my $json = decode($result->{out});
    my @ids = map { $_->{id} } grep { $_->{state} ne 'OK' }
        map { @{ $_->{findings} } } @{ $json->{subjects} };
    my @wrong = grep { $_ ne 'crypto-refused' } @ids;
    push @wrong, "exit code $result->{code}" if $result->{code} ne '3';
    tap("$plugin $zone @more is UNKNOWN where the host refuses the algorithms", @wrong);
    return;
}

# The labels made up for a run, from its trace.
sub made_up_labels
{
    my ($plugin, @arguments) = @_;
    my $out = run("$PLUGINS/$plugin", anchored_arguments($plugin), @arguments, '-vvv')->{out};
    my %labels = map { $_ => 1 } $out =~ /\b([a-z2-7]{16})\./g;
    return sort keys %labels;
}

# False OK: a fixed "random" label, which a cache or a registrant can make meaningless.
sub test_random_labels
{
    my ($plugin, @arguments) = @_;
    my @first = made_up_labels($plugin, @arguments);
    my @second = made_up_labels($plugin, @arguments);
    my @wrong = @first && @second ? () : 'no made-up label in the trace';
    push @wrong, "again: $_" for grep { my $label = $_; grep { $_ eq $label } @second } @first;
    tap("$plugin makes up another label in each run", @wrong);
    return;
}

# False alarm: types that servers refuse or answer minimally are asked for.
sub test_types_asked
{
    my ($plugin) = @_;
    my @arguments = (anchored_arguments($plugin), qw(-H ecdsa-nsec.test -vvv));
    my $out = run("$PLUGINS/$plugin", @arguments)->{out};
    my @wrong = $out =~ /\b(?:SOA|DNSKEY)\b/ ? () : 'no trace of questions';
    push @wrong, "asks $1" if $out =~ m{(\S+[ /](?:RRSIG|ANY|TYPE255|TYPE46))\b};
    tap("$plugin asks neither for RRSIG nor for ANY", @wrong);
    return;
}

# False alarm: local time is taken for UTC.
sub test_time_zones
{
    my ($plugin, $zone) = @_;
    my @texts = map {
        local $ENV{TZ} = $_;
        my @arguments = (anchored_arguments($plugin), '--at', time_from_signing('+1m'));
        run("$PLUGINS/$plugin", @arguments, '-H', $zone)->{out} =~ s/ ?\|.*//sr;
    } qw(UTC Pacific/Kiritimati Pacific/Pago_Pago);
    my @wrong = map { s/\n/ /gr } grep { $_ ne $texts[0] } @texts;
    tap("$plugin $zone says the same in all time zones", @wrong);
    return;
}

# A scheduler that loses patience gets a line and a state all the same.
sub test_terminated
{
    my ($plugin) = @_;
    my @silent = ('-r', "127.0.53.61\@$port", '-p', $port);
    my $result = run('timeout', '--preserve-status', '-s', 'TERM', '0.3', "$PLUGINS/$plugin",
        @silent, qw(-H ecdsa-nsec.test -t 20));
    my @wrong;
    push @wrong, "exit code $result->{code}" if $result->{code} ne '3';
    push @wrong, "it said: $result->{out}" if $result->{out} !~ /\A[A-Z]+ UNKNOWN - \S[^\n]*\n\z/;
    push @wrong, "on standard error: $result->{err}" if length $result->{err};
    tap("$plugin ends as UNKNOWN when it is told to end", @wrong);
    return;
}

sub test_stories_of
{
    my ($plugin) = @_;
    test_budget($plugin, 3, 'silent-all.test');
    test_budget($plugin, 1, 'silent.test');
    test_refused_by_host($plugin, 'ecdsa-nsec.test');
    test_types_asked($plugin);
    test_time_zones($plugin, 'expired.test');
    test_terminated($plugin);
    return;
}

# All zones that shall be OK without arguments, named in a file and on standard input.
sub test_names_from
{
    my ($name, @rows) = @_;
    my @healthy =
        grep { $_->{state} eq 'OK' && $_->{arguments} eq '-' && $_->{plugin} eq $name } @rows;
    my @names = grep { !/[,\x80-\xff]/ } map { $_->{zone} } @healthy;
    my $file = File::Temp->new;
    print $file "# healthy zones\n\n", map { "$_\n" } @names;
    print $file "  $names[0].  # once more, with blanks and a dot";
    close $file;
    my $plugin = "$PLUGINS/$name";
    my @arguments = (lab_arguments(), '--names-from');
    my $result = run($plugin, @arguments, "$file");
    tap("$name: all healthy zones in one run, from a file", lint_text($name, $result),
        $result->{code} ne '0' ? "it said: $result->{out}" : ());
    my $piped = run('sh', '-c', 'exec "$@" <"$0"', "$file", $plugin, @arguments, '-');
    tap("$name: the same from standard input", lint_text($name, $piped),
        $piped->{code} ne '0' ? "it said: $piped->{out}" : ());
    return;
}

sub test_output_file
{
    my $folder = File::Temp->newdir;
    my @command = ("$PLUGINS/check_rrsig_expiry", lab_arguments(), '-H', 'soon-warn.test');
    my $result = run(@command, '-o', 'prometheus', '--output-file', "$folder/dnssec.prom");
    my @wrong;
    push @wrong, "exit code $result->{code}" if $result->{code} ne '1';
    push @wrong, "standard output: $result->{out}" if length $result->{out};
    my @files = map { s{.*/}{}r } glob "$folder/* $folder/.*";
    push @wrong, "files: @files" if join(' ', grep { !/^\.\.?$/ } @files) ne 'dnssec.prom';
    push @wrong, sprintf 'mode %o', (stat "$folder/dnssec.prom")[2] & 07777
        if ((stat "$folder/dnssec.prom")[2] // 0 & 07777) % 010000 != 0644;
    push @wrong, lint_prometheus({ %$result, out => slurp("$folder/dnssec.prom") }) if !@wrong;
    tap('--output-file writes the file and nothing else', @wrong);
    return;
}

sub main
{
    skip_all("no plugins in $PLUGINS") if !-x "$PLUGINS/check_rrsig_expiry";
    local $| = 1;
    start_lab($LAB);
    ($port, $signed) = map { int slurp("$LAB/$_") } qw(port signed-at);
    my @rows = read_rows();
    test_rows(@rows);
    test_ten_equal_runs("$_.test") for qw(expired-server badsig-server nosig-server silent);
    test_stories_of($_) for @ALL;
    test_refused_by_host('check_ds_match', 'unsigned.test', qw(--expect insecure));
    test_refused_by_host('check_dnssec_chain', 'unsigned.test', qw(--expect insecure));
    test_random_labels($_, qw(-H ecdsa-nsec.test)) for qw(check_rrsig_expiry check_nsec);
    test_random_labels('check_dns_records', qw(-H www.csk.test -s 127.0.53.11));
    for my $plugin (qw(check_rrsig_expiry check_nsec)) {
        test_names_from($plugin, @rows);
    }
    test_output_file();
    return;
}

main();

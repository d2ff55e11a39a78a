#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# Every kind of bad input gives one clear line in the chosen format and exit code 3.
#
# PLUGINS is the folder with the plugins (.build/main).
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lab";
use File::Temp;
use POSIX qw(mkfifo);
use Lab::Output qw(lint_text lint_json lint_prometheus decode);
use Lab::Run qw(run in_parallel tap);

my @ALL = qw(check_rrsig_expiry check_ds_match check_dnssec_chain check_dns_records check_nsec);
my @LIFE = qw(check_rrsig_expiry check_dnssec_chain);
my @TYPES = (@LIFE, 'check_dns_records');
my $PLUGINS = $ENV{PLUGINS} // "$FindBin::Bin/../.build/main";
my $FOLDER = File::Temp->newdir;
my @HOST = qw(-H example.test);
my $OWNER = $$;

END { $FOLDER->unlink_on_destroy(0) if $$ != $OWNER }

sub file
{
    my ($name, $text) = @_;
    open my $out, '>', "$FOLDER/$name" or die "cannot write $FOLDER/$name: $!\n";
    print $out $text;
    close $out;
    return "$FOLDER/$name";
}

# What the line must name (a pattern), the arguments, and which plugins know them: all of them
# where nothing is said.
sub bad_input
{
    return (
        # False OK: no arguments, or an empty macro of the scheduler, exit with 0.
        [ '-H|--hostname', [] ],
        [ '-H|--hostname', ['-H'] ],
        [ '-H|--hostname', [ '-H', '' ] ],
        [ '-H|--hostname', [ '-H', 'a..test' ] ],
        [ '-H|--hostname', [ '-H', '.test' ] ],
        [ '-H|--hostname', [ '-H', 'x' x 64 . '.test' ] ],
        [ '-H|--hostname', [ '-H', 'abcdefg.' x 40 ] ],
        [ '-H|--hostname', [ '-H', "\xff\xfe.test" ] ],
        [ '-Z|--hostname', [ '-Z', 'a..test' ] ],
        [ 'bogus', [ @HOST, '--bogus' ] ],
        [ 'Q', [ @HOST, '-Q' ] ],
        [ 'example', ['example.test'] ],
        [ 'verbose', [ @HOST, '--verbose=2' ] ],
        (map { [ '-w', [ @HOST, '-w', $_ ], \@LIFE ] }
            '', 'abc', '10x', '-5', '5.5.5d', '101%', '-1%', '3d/', '/10%', '1d/2d', '10%/5%',
            '~:10', '@', '99999999999999999999d', '1e3'),
        (map { [ '-c', [ @HOST, '-c', $_ ], \@LIFE ] } '', 'soon', '1d1', '5%%'),
        (map { [ '--max-life', [ @HOST, '--max-life', $_ ], [ $ALL[0] ] ] }
            '', 'x', '-1d', '180dd'),
        (map { [ '-t', [ @HOST, '-t', $_ ] ] }
            '', '0', '-1', 'abc', '5x', '10:', '10:FOO', ':OK', '99999999999'),
        (map { [ '--tries', [ @HOST, '--tries', $_ ] ] } '', '0', '11', 'x', '3.5', '-1'),
        (map { [ '--try-timeout', [ @HOST, '--try-timeout', $_ ] ] } '', '0', 'x', '-1', '1s5'),
        (map { [ '-p', [ @HOST, '-p', $_ ] ] } '', '0', '65536', '-53', 'dns', '53x', '0x35'),
        (map { my $value = $_; map { [ $_, [ @HOST, $_, $value ] ] } qw(-s -r) }
            '', 'dns.example', '1.2.3', '1.2.3.4.5', '192.0.2.1@', '192.0.2.1@0', '192.0.2.1@65536',
            '192.0.2.1@x', '[2001:db8::1', '[2001:db8::1]53', '2001:db8::1::2', '192.0.2.256'),
        (map { [ '--expect', [ @HOST, '--expect', $_ ] ] } '', 'maybe', 'secure,any'),
        (map { [ '--severity', [ @HOST, '--severity', $_ ] ] }
            '', 'rrsig-expired-all', 'no-such-id=ok', 'rrsig-expired-all=bad',
            '=ok', 'rrsig-expired-all='),
        (map { [ '--partial', [ @HOST, '--partial', $_ ] ] } '', 'ok', 'unknown'),
        (map { [ '--min-good', [ @HOST, '--min-good', $_ ] ] } '', 'x', '-1'),
        (map { [ '--sha1', [ @HOST, '--sha1', $_ ] ] } '', 'maybe'),
        (map { [ '--at', [ @HOST, '--at', $_ ] ] }
            '', 'yesterday', '20261301000000', '20260230000000',
            '2026-02-30T00:00:00Z', '2026-09-20',
            '+', '+3x', '2026-09-20T25:00:00Z', '-', '99999999999999999999'),
        (map { [ '-o', [ @HOST, '-o', $_ ] ] } '', 'xml', 'jsonx'),
        (map { [ '-T', [ @HOST, '-T', $_ ], \@TYPES ] }
            '', 'NOPE', 'A,,NS', 'A,', 'TYPE65536', 'TYPE', 'A NS', '1'),
        [ '--output-file', [ @HOST, '--output-file', '/nonexistent/folder/file' ] ],
        [ '--output-file', [ @HOST, '--output-file', '' ] ],
        [ '--names-from', [ '--names-from', '/nonexistent/file' ] ],
        [ '--names-from', [ '--names-from', "$FOLDER" ] ],
        [ '--names-from', [ '--names-from', '' ] ],
        [ '', [ '--names-from', file('empty', '') ] ],
        [ '', [ '--names-from', file('comments', "# nothing\n\n   \n") ] ],
        [ '--names-from.*line 2', [ '--names-from', file('bad', "good.test\nbad..test\n") ] ],
        [ '--names-from.*line 1', [ '--names-from', file('two', "one.test two.test\n") ] ],
        [ '--names-from.*line 1', [ '--names-from', file('binary', "\0\1\2\xff\xfe\n") ] ],
        # False OK: of several lists only the last one is looked at.
        [ '--names-from.*first.*line 1',
            [ map { ('--names-from', $_) } file('first', "a..test\n"), file('next', "b.test\n") ] ],
        [ '--names-from.*line 2',
            [ '--names-from', file('mark', "\xef\xbb\xbf# from a list\nbad..test\n") ] ],
        [ '--trust-anchor.*no usable',
            [ @HOST, '--trust-anchor', file('marked', "\xef\xbb\xbf; nothing\n") ] ],
        [ '--names-from.*line 1', [ '--names-from', file('long', 'a' x 100_000 . "\n") ] ],
        [ '--names-from.*line 3', [ '--names-from', file('cut', "one.test\ntwo.test\nthr\0") ] ],
    );
}

# One line that begins as all output does and names what is wrong.
sub judge
{
    my ($row) = @_;
    my ($plugin, $subject, $arguments) = @$row;
    my @command = ("$PLUGINS/$plugin", @$arguments);
    my $text = run(@command);
    my @wrong = lint_text($plugin, $text);
    push @wrong, "exit code $text->{code}" if $text->{code} ne '3';
    push @wrong, 'not one line' if $text->{out} !~ /\A[^\n]+\n\z/;
    push @wrong, "does not name $subject" if length $subject && $text->{out} !~ /- .*$subject/;
    push @wrong, "took $text->{elapsed} s" if $text->{elapsed} > 8;
    if (!grep { $_ eq '-o' } @$arguments) {
        my $json = run(@command, '-o', 'json');
        push @wrong, lint_json($plugin, $json, $text) if @$arguments != 1;
    }
    push @wrong, "it said: $text->{out}" if @wrong;
    return @wrong;
}

sub test_bad_input
{
    my @rows;
    for my $row (bad_input()) {
        my ($subject, $arguments, $plugins) = @$row;
        push @rows, map { [ $_, $subject, $arguments ] } @{ $plugins // \@ALL };
    }
    my @wrong = in_parallel(\&judge, @rows);
    for my $i (0 .. $#rows) {
        my $arguments = join ' ', map { length > 40 ? '(long)' : "'$_'" } @{ $rows[$i][2] };
        $arguments =~ s/\Q$FOLDER\E/FOLDER/g;
        $arguments =~ s/([^ -~]|#)/?/g;
        tap("$rows[$i][0] refuses: $arguments", @{ $wrong[$i] });
    }
    return;
}

# False OK: a run that is stuck before it asks anything says nothing, or not in the format, state
# and time that were chosen.
sub judge_stuck
{
    my ($row) = @_;
    my ($plugin, $format, $state, $code, @ender) = @$row;
    my @stuck = ("$PLUGINS/$plugin", '--names-from', "$FOLDER/fifo", '-t', "0.5$state");
    my $result = run(@ender, @stuck, '-o', $format);
    my @wrong = $result->{code} eq $code ? () : "exit code $result->{code}";
    push @wrong, "took $result->{elapsed} s" if $result->{elapsed} > 8;
    push @wrong, lint_text($plugin, $result) if $format eq 'multi-line';
    push @wrong, lint_json($plugin, $result, $result) if $format eq 'json';
    push @wrong, lint_prometheus($result) if $format eq 'prometheus';
    my $said = @ender ? 'ended by SIGTERM' : 'timed out';
    push @wrong, "it said: $result->{out}" if @wrong || $result->{out} !~ / - $said/;
    return @wrong;
}

sub test_stuck
{
    mkfifo("$FOLDER/fifo", 0600) or die "cannot make $FOLDER/fifo: $!\n";
    my @term = qw(timeout --preserve-status -s TERM 1);
    my @rows = (
        [ $ALL[0], 'multi-line', '', 3 ],
        [ $ALL[1], 'multi-line', ':CRITICAL', 2 ],
        [ $ALL[2], 'json', ':WARNING', 1 ],
        [ $ALL[3], 'prometheus', '', 3 ],
        [ $ALL[4], 'multi-line', ':WARNING', 3, @term ],
        [ $ALL[0], 'json', '', 3, @term ],
    );
    my @wrong = in_parallel(\&judge_stuck, @rows);
    for my $i (0 .. $#rows) {
        my ($plugin, $format, $state, $code, @ender) = @{ $rows[$i] };
        my $how = @ender ? 'on SIGTERM' : "after -t 0.5$state";
        tap("$plugin has a result $how ($format)", @{ $wrong[$i] });
    }
    return;
}

# False OK: nobody reads the output, or it has no room; a signal's number is no state.
sub test_no_output
{
    my ($name) = @_;
    pipe my $reader, my $writer or die "cannot make a pipe: $!\n";
    close $reader;
    my $pid = fork // die "cannot fork: $!\n";
    if (!$pid) {
        $SIG{PIPE} = 'DEFAULT';
        open STDOUT, '>&', $writer or die;
        exec {"$PLUGINS/$name"} $name, '-t', 'junk' or die;
    }
    waitpid $pid, 0;
    tap("$name exits with 3 when nobody reads its output", $? == 3 << 8 ? () : "status $?");
    my $file = "$FOLDER/none";
    my $limited = run('sh', '-c', 'ulimit -f 0; exec "$0" "$@"', "$PLUGINS/$name", '-t', 'junk',
        '--output-file', $file, '-o', 'json');
    my $left = () = glob "$FOLDER/.none.*";
    tap("$name exits with 3 when its file has no room",
        $limited->{code} eq '3' ? () : "exit code $limited->{code}",
        $left || -e $file ? 'something is left behind' : ());
    my $list = file('many', join '', map { "a$_.test\n" } 1 .. 100_000);
    my @limit = ('sh', '-c', 'ulimit -v 60000; exec "$0" "$@"', "$PLUGINS/$name");
    if (run(@limit, '-V')->{code} eq '3') { # not so where a sanitizer takes memory for itself
        my $result = run(@limit, '--names-from', $list, '-o', 'json', '-t', 5);
        tap("$name tells in the chosen format that memory is out",
            lint_json($name, $result, $result),
            $result->{out} =~ /UNKNOWN - out of memory"/ ? () : "it said: $result->{out}");
    }
    my $nowhere = run("$PLUGINS/$name", @HOST, '-o', 'json', '--output-file', '/nonexistent/x/y',
        '--at', 'junk');
    my $at = (decode($nowhere->{out}) // {})->{at} // 0;
    tap("$name tells the time of a failure to write", abs($at - time) < 60 ? () : "at $at");
    return;
}

# The long options of --help, with their letters.
sub options_of
{
    my ($plugin) = @_;
    my @options;
    for my $line (split /\n/, run("$PLUGINS/$plugin", '--help')->{out}) {
        push @options, { letter => $1 // '', name => $2 }
            if $line =~ /^ +(?:-(\w), )?--([a-z0-9-]+)/;
    }
    return @options;
}

# False OK: an option whose name is misspelt goes unnoticed.
sub test_misspelt
{
    my ($plugin) = @_;
    my @names = map { $_->{name} } options_of($plugin);
    my @wrong = @names > 20 ? () : 'only these options: ' . join ' ', @names;
    for my $name (map { ("${_}x", s/(.)$/$1$1/r) } @names) {
        my $result = run("$PLUGINS/$plugin", @HOST, "--$name", '1');
        push @wrong, "--$name: exit code $result->{code}, $result->{out}"
            if $result->{code} ne '3' || $result->{out} !~ /- .*\Q$name\E/;
    }
    tap("$plugin refuses its options misspelt", @wrong);
    return;
}

# The letters of the plugin guidelines have the meanings that they have in all plugins.
sub test_letters
{
    my ($plugin) = @_;
    my %meaning = (
        H => 'hostname', w => 'warning', c => 'critical', t => 'timeout', v => 'verbose',
        V => 'version', h => 'help', p => 'port', 4 => 'use-ipv4', 6 => 'use-ipv6',
    );
    my %given = map { $_->{letter} => $_->{name} } grep { length $_->{letter} }
        options_of($plugin);
    my @wrong = map { "no -$_" } grep { !exists $given{$_} } qw(H t v V h p 4 6);
    push @wrong, map { "-$_ is --$given{$_}" }
        grep { exists $meaning{$_} && $given{$_} ne $meaning{$_} } sort keys %given;
    tap("$plugin keeps to the letters of the guidelines", @wrong);
    return;
}

# --help, --version and --list-findings: what scripts take from them.
sub test_information
{
    my ($name) = @_;
    my $plugin = "$PLUGINS/$name";
    # False OK: a command definition that ends up at --help is green for ever.
    for my $option (qw(-h --help -V --version)) {
        my $result = run($plugin, $option);
        my @wrong;
        push @wrong, "exit code $result->{code}" if $result->{code} ne '3';
        push @wrong, 'no version in the first line' if $result->{out} !~ /\A\S+ v?\d+\.\d+/;
        push @wrong, "on standard error: $result->{err}" if length $result->{err};
        push @wrong, map { "longer than 80: $_" } grep { length > 80 } split /\n/, $result->{out};
        tap("$name $option prints and exits with 3", @wrong);
    }
    my $result = run($plugin, '--list-findings');
    my @rows = grep { /^[a-z0-9]+(?:-[a-z0-9]+)+\s/ } split /\n/, $result->{out};
    tap("$name --list-findings lists them", @rows > 50 ? () : @rows . ' rows');
    return;
}

# Options may come in any order around -h, which wins.
sub test_help_wins
{
    my ($name) = @_;
    my $result = run("$PLUGINS/$name", '-t', 'junk', '-h');
    tap("$name: -h wins over a bad option",
        $result->{out} =~ /Usage/ ? () : "it said: $result->{out}");
    return;
}

if (grep { !-x "$PLUGINS/$_" } @ALL) {
    print "1..0 # SKIP no plugins in $PLUGINS\n";
    exit 0;
}
test_bad_input();
test_stuck();
test_no_output($ALL[0]);
for my $plugin (@ALL) {
    test_misspelt($plugin);
    test_letters($plugin);
    test_information($plugin);
    test_help_wins($plugin);
}

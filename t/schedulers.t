#!/usr/bin/perl
# SPDX-License-Identifier: GPL-3.0-or-later
# The definitions of README.md in real schedulers: Icinga 2 and Nagios run check_rrsig_expiry
# against the lab, and understand its state, its text and its perfdata.
#
# PLUGINS and LAB as for t/scenarios.t.  Nagios is tried only where it is installed: its package
# brings a mail server along, which a test does not install.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lab";
use Cwd qw(abs_path);
use File::Temp;
use Lab::Run qw(tap slurp);
use Lab::Servers;
use Lab::Start qw(skip_all start_lab);
use POSIX qw(getgid getuid);

my $TOP = "$FindBin::Bin/..";
my $PLUGINS = abs_path($ENV{PLUGINS} // "$TOP/.build/main");
my $LAB = $ENV{LAB} // "$TOP/.lab/test";
my $SECONDS = 60;
my ($USER, $GROUP) = ((getpwuid getuid)[0], (getgrgid getgid)[0]);

# Zone, state and what the text has to hold.
my @ZONES = (
    ['ecdsa-nsec.test', 0, qr/^RRSIG OK - /],
    ['soon-warn.test', 1, qr/^RRSIG WARNING - .*\[rrsig-expiring-warn\]/],
    ['expired.test', 2, qr/^RRSIG CRITICAL - .*\[rrsig-expired-all\]/],
    ['unknown-alg.test', 3, qr/^RRSIG UNKNOWN - .*\[rrsig-unsupported-alg\]/],
);

# The example below a heading of README.md.
sub example
{
    my ($heading) = @_;
    my ($text) = slurp("$TOP/README.md") =~ /^## \Q$heading\E\n.*?^```\n(.*?)^```/ms;
    return $text // die "README.md: no example below $heading\n";
}

# The definition of Icinga as it stands there; only the resolver and the port are those of the lab.
sub icinga_configuration
{
    my ($folder, $port) = @_;
    my $example = example('Icinga 2') =~ s/^( +)"--resolver" = .*\n/$&$1"--port" = "$port"\n/mr;
    my $zones = join ', ', map { qq("$_->[0]") } @ZONES;
    return <<"END" . $example;
const PluginContribDir = "$PLUGINS"
object CheckerComponent "checker" { }
object StatusDataWriter "status" {
    status_path = "$folder/status.dat"
    objects_path = "$folder/objects.cache"
    update_interval = 1s
}
object ExternalCommandListener "commands" { command_path = "$folder/commands" }
object CheckCommand "always" { command = [ "/bin/true" ] }
object Host "dns" {
    check_command = "always"
    vars.zones = [ $zones ]
    vars.rrsig_resolver = "127.0.53.53\@$port"
}
template Service "generic-service" { max_check_attempts = 1 }
END
}

sub icinga_command
{
    my ($folder) = @_;
    my %constants = (RunAsUser => $USER, RunAsGroup => $GROUP,
        map { $_ => $folder } qw(DataDir LogDir CacheDir InitRunDir SpoolDir ZonesDir));
    return ('icinga2', 'daemon', '-c', "$folder/configuration",
        map { "-D$_=$constants{$_}" } sort keys %constants);
}

# The same for Nagios, once for each zone.
sub nagios_objects
{
    my ($port) = @_;
    my ($command, $service) = example('Nagios') =~ /(define command \{.*?^\}\n)(.*)/ms;
    $command =~ s/check_rrsig_expiry -t 10/$& -r 127.0.53.53\@$port -p $port/;
    my @services = map { $service =~ s/example\.com/$_->[0]/gr } @ZONES;
    my $week = join "\n", map { "    $_  00:00-24:00" }
        qw(sunday monday tuesday wednesday thursday friday saturday);
    return <<"END" . join "\n", $command, @services;
define timeperiod {
    timeperiod_name  always
    alias            always
$week
}
define command {
    command_name  always
    command_line  /bin/true
}
define contact {
    contact_name                   nobody
    host_notifications_enabled     0
    service_notifications_enabled  0
    host_notification_period       always
    service_notification_period    always
    host_notification_options      n
    service_notification_options   n
    host_notification_commands     always
    service_notification_commands  always
}
define host {
    host_name            dns
    address              127.0.0.1
    check_command        always
    check_period         always
    notification_period  always
    max_check_attempts   1
    contacts             nobody
}
define service {
    name                 generic-service
    register             0
    check_period         always
    notification_period  always
    max_check_attempts   1
    contacts             nobody
}
END
}

sub nagios_configuration
{
    my ($folder, $port) = @_;
    Lab::Servers::save("$folder/objects.cfg", nagios_objects($port));
    Lab::Servers::save("$folder/resource.cfg", "\$USER1\$=$PLUGINS\n");
    mkdir "$folder/results" or die "$folder/results: $!\n";
    return <<"END";
cfg_file=$folder/objects.cfg
resource_file=$folder/resource.cfg
log_file=$folder/nagios.log
status_file=$folder/status.dat
status_update_interval=1
object_cache_file=$folder/objects.cache
lock_file=$folder/nagios.lock
temp_file=$folder/nagios.tmp
temp_path=$folder
check_result_path=$folder/results
command_file=$folder/nagios.cmd
query_socket=$folder/nagios.qh
nagios_user=$USER
nagios_group=$GROUP
service_inter_check_delay_method=n
host_inter_check_delay_method=n
max_service_check_spread=1
retain_state_information=0
check_for_updates=0
END
}

# What a scheduler writes of each service: a hash of { state, text, perfdata } by zone.
sub services_of
{
    my ($folder) = @_;
    my %services;
    return \%services if !-e "$folder/status.dat";
    for my $block (slurp("$folder/status.dat") =~ /^servicestatus \{\n(.*?)\n\s*\}/msg) {
        my %value = $block =~ /^\s*(\w+)=(.*)$/mg;
        my ($zone) = ($value{service_description} // '') =~ /(\S+)$/;
        next if !defined $zone || !$value{has_been_checked};
        $services{$zone} = {
            state => $value{current_state},
            text => $value{plugin_output},
            perfdata => $value{performance_data},
        };
    }
    return \%services;
}

# Icinga spreads the first checks over a minute unless it is told to check at once.
sub force_checks
{
    my ($pipe) = @_;
    open my $out, '>', $pipe or die "cannot write $pipe: $!\n";
    my $now = time;
    print $out map { "[$now] SCHEDULE_FORCED_SVC_CHECK;dns;rrsig $_->[0];$now\n" } @ZONES;
    close $out or die "cannot write $pipe: $!\n";
    return;
}

# Runs a scheduler until it has checked every zone, for a minute at most.
sub run_scheduler
{
    my ($folder, @command) = @_;
    my $pid = fork // die "cannot fork: $!\n";
    if (!$pid) {
        open STDIN, '<', '/dev/null' or die;
        open STDOUT, '>', "$folder/output" or die;
        open STDERR, '>&', \*STDOUT or die;
        exec { $command[0] } @command or POSIX::_exit(127);
    }
    my ($services, $told) = ({}, 0);
    for (1 .. $SECONDS) {
        sleep 1;
        force_checks("$folder/commands") if -p "$folder/commands" && !$told++;
        $services = services_of($folder);
        last if keys %$services == @ZONES;
    }
    kill 'TERM', $pid;
    waitpid $pid, 0;
    return $services;
}

sub wrong_with
{
    my ($service, $state, $text) = @_;
    return 'it was not checked' if !$service;
    my @wrong;
    push @wrong, "state $service->{state}" if $service->{state} != $state;
    push @wrong, "text $service->{text}" if $service->{text} !~ $text;
    push @wrong, "perfdata $service->{perfdata}" if $service->{perfdata} !~ /\bservers=\d/;
    return @wrong;
}

sub try_scheduler
{
    my ($name, $command, $configure, $port) = @_;
    my $folder = File::Temp->newdir;
    Lab::Servers::save("$folder/configuration", $configure->("$folder", $port));
    my $services = run_scheduler("$folder", $command->("$folder"));
    for my $zone (@ZONES) {
        my $service = $services->{ $zone->[0] };
        my @wrong = wrong_with($service, @$zone[ 1, 2 ]);
        push @wrong, split /\n/, slurp("$folder/output") if !$service;
        tap("$name runs the check of README.md for $zone->[0]", @wrong);
    }
    return;
}

sub is_installed
{
    my ($program) = @_;
    return scalar grep { -x "$_/$program" } split(/:/, $ENV{PATH}), '/usr/sbin', '/sbin';
}

sub main
{
    my %schedulers = (
        icinga2 => [ \&icinga_command, \&icinga_configuration ],
        nagios4 => [ sub { ('nagios4', "$_[0]/configuration") }, \&nagios_configuration ],
    );
    my @there = grep { is_installed($_) } sort keys %schedulers;
    skip_all('neither Icinga 2 nor Nagios is installed') if !@there;
    start_lab($LAB);
    my $port = int slurp("$LAB/port");
    for my $name (@there) {
        try_scheduler($name, @{ $schedulers{$name} }, $port);
    }
    print map { "# not tried, not installed: $_\n" } grep { !is_installed($_) }
        sort keys %schedulers;
    return;
}

main();
